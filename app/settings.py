"""Every setting: its name, its default and one sentence on it."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SECRET = "demonstration-only-not-a-secret"  # noqa: S105


class Settings(BaseSettings):
    """Settings come from the environment, from `.env`, or from files in /run/secrets; all are optional in development."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None,
    )

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start with unsafe settings."
    )
    database_url: str = Field(
        "sqlite:///var/muzizglitiba.sqlite", description="Where records are kept: sqlite:///… or postgresql://…"
    )
    database_connections: int = Field(
        16, ge=2, le=64, description="Connections, and so requests at work at once, in each process."
    )
    allow_sqlite_in_production: bool = Field(
        False, description="Says that one machine with SQLite is meant, and backed up."
    )
    meili_url: str = Field("", description="Address of Meilisearch; empty: the embedded search engine answers.")
    meili_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key for Meilisearch that fills indexes and makes the search key; never its master key.",
    )
    public_url: str = Field(
        "", description="Address that residents use; links in mails begin with it. Empty: http://localhost:PORT."
    )
    mail_url: str = Field(
        "", description="smtp://user:password@host:port, smtps://…, or file:///folder. Empty: files in var/mail."
    )
    mail_from: str = Field("muzizglitiba@example.lv", description="Sender's address of all mails.")
    secret_key: SecretStr = Field(
        SecretStr(DEMO_SECRET), description="At least 32 random characters; links in mails are signed with it."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    processes: int = Field(
        1, ge=1, le=32, description="Processes that answer requests; as many as cores, with 170 MB of memory for each."
    )
    forwarded_allow_ips: str = Field(
        "", description="Addresses of the proxies whose X-Forwarded-For is believed; empty: nobody's."
    )
    rate_limits: Literal["on", "off"] = Field("on", description="`off` only for measuring; refused in production.")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token for /metrics; needed in production. Empty: only this machine may read it.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="`auto`: JSON in production, text elsewhere."
    )

    city: str = Field("Ventspils", description="The city's name.")
    city_gen: str = Field("Ventspils", description="Its genitive in Latvian.")
    city_loc: str = Field("Ventspilī", description="Its locative in Latvian.")
    municipality: str = Field("Ventspils valstspilsētas pašvaldība", description="The controller of personal data.")
    institution: str = Field("Ventspils Izglītības pārvalde", description="The institution that runs the catalogue.")
    contact_phone: str = Field("+371 0000 0000", description="Telephone for help, as printed in the footer.")
    contact_email: str = Field("muzizglitiba@example.lv", description="Mail address for help.")
    contact_address: str = Field("Akmeņu iela 2, Ventspils", description="Where people come for help in person.")
    dpo_contact: str = Field("datu.aizsardziba@example.lv", description="Data protection officer's address.")
    security_contact: str = Field("mailto:drosiba@example.lv", description="Contact in /.well-known/security.txt.")
    demonstration: bool = Field(True, description="Shows that the data are invented; `app demo load` needs it.")

    hold_hours: int = Field(24, ge=1, le=72, description="Hours a seat is held until the address is confirmed.")
    offer_hours: int = Field(24, ge=1, le=168, description="Hours a freed seat is offered to one person.")
    provider_decides_hours: int = Field(
        24, ge=0, le=168, description="This close to the start, in hours, the provider decides about freed seats."
    )
    change_notice_minutes: int = Field(
        10, ge=0, le=120, description="Minutes of quiet after which one letter tells all changes of a group."
    )
    reminder_hours: int = Field(
        48, ge=2, le=168, description="Hours before the first session when those with a seat are reminded."
    )
    undo_minutes: int = Field(10, ge=0, le=60, description="Minutes within which a cancellation can be taken back.")
    contact_days: int = Field(90, ge=60, le=365, description="Days after a run's end until contact details are erased.")
    unconfirmed_hours: int = Field(
        48, ge=1, le=168, description="Hours until the contacts of an unconfirmed registration are erased."
    )
    waiting_list_days: int = Field(
        30, ge=1, le=365, description="Days after a run's start until the contacts of its waiting list are erased."
    )
    special_needs_days: int = Field(
        7, ge=1, le=60, description="Days after a run's end until what somebody needs to take part is erased."
    )
    wish_contact_months: int = Field(
        12, ge=1, le=24, description="Months until the contact for a wish is erased, at the latest."
    )
    feedback_text_months: int = Field(24, ge=1, le=60, description="Months until the text of feedback is erased.")
    log_months: int = Field(18, ge=12, le=120, description="Months until entries of the log of actions are erased.")
    web_log_days: int = Field(30, ge=1, le=365, description="Days until lines of the web server's log are erased.")
    letter_days: int = Field(7, ge=1, le=60, description="Days until the text of a sent letter is erased.")
    backup_days: int = Field(35, ge=1, le=365, description="Days until a backup is erased.")
    backup_folder: str = Field(
        "", description="Folder where `app backup` puts its files, and where they age; empty: each is named by hand."
    )
    erasures_file: str = Field(
        "",
        description="File that outlives the database and lists what was erased; empty: erasures.tsv beside the "
        "backups, or in var.",
    )
    registrations_a_week: int = Field(10, ge=1, le=100, description="Registrations one mail address may send a week.")
    wish_answer_days: int = Field(30, ge=1, le=120, description="Days within which a wish is answered.")

    oidc_issuer: str = Field(
        "", description="OpenID Connect: address of the place where staff can sign in too; empty: only here."
    )
    oidc_client_id: str = Field("", description="How this catalogue is called there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its password there.")
    oidc_name: str = Field("", description="What the button calls that place; empty: its host.")
    oidc_second_step: str = Field(
        "mfa", description="Values of `acr` or `amr` which say that the second step was taken there."
    )
    invitation_days: int = Field(7, ge=1, le=30, description="Days for which an invitation to work here can be used.")
    password_memory: int = Field(
        32, ge=1, le=256, description="MiB of memory that hashing a password takes; at least 19 in production."
    )
    password_rounds: int = Field(3, ge=1, le=20, description="How often that memory is gone through; at least 2 there.")

    @property
    def elsewhere(self) -> str:
        """What another place is called where staff can sign in; empty without one."""
        return self.oidc_name or urlsplit(self.oidc_issuer).hostname or self.oidc_issuer

    @property
    def is_production(self) -> bool:
        """Whether real residents are served."""
        return self.environment == "production"

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public address, without a slash at the end."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may carry `Secure` and the `__Host-` prefix."""
        return self.public_url.startswith("https://")

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """In production an unsafe setting stops the start, with the reason."""
        if not self.public_url:
            self.public_url = f"http://localhost:{self.port}"
        if not self.mail_url:
            self.mail_url = (Path.cwd() / "var" / "mail").as_uri()
        if not self.is_production:
            return self
        faults = [sentence for is_fault, sentence in self._faults() if is_fault]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> list[tuple[bool, str]]:
        secret = self.secret_key.get_secret_value()
        public = urlsplit(self.public_url)
        mail = urlsplit(self.mail_url)
        database = urlsplit(self.database_url)
        local = (database.hostname or "") in {"", "localhost", "127.0.0.1", "::1"}
        return [
            (secret == DEMO_SECRET, "SECRET_KEY is the demonstration's: set your own"),
            (len(secret) < 32, "SECRET_KEY is shorter than 32 characters"),
            (public.scheme != "https", "PUBLIC_URL must begin with https://"),
            ((public.hostname or "") in {"", "localhost", "127.0.0.1", "*"}, "PUBLIC_URL must name the public host"),
            (
                self.database_url.startswith("sqlite") and not self.allow_sqlite_in_production,
                "SQLite in production needs ALLOW_SQLITE_IN_PRODUCTION=true",
            ),
            (
                self.database_url.startswith("postgresql")
                and not local
                and "sslmode=verify-full" not in database.query,
                "DATABASE_URL needs sslmode=verify-full when the server is another machine",
            ),
            (self.rate_limits == "off", "RATE_LIMITS=off is for measuring only"),
            (
                len(self.metrics_token.get_secret_value()) < 16,
                "METRICS_TOKEN needs 16 characters at least: behind a proxy on this machine everybody comes from it",
            ),
            (
                self.password_memory < 19 or self.password_rounds < 2,
                "PASSWORD_MEMORY and PASSWORD_ROUNDS must be 19 and 2 at least",
            ),
            (
                bool(self.oidc_issuer) and not self.oidc_issuer.startswith("https://"),
                "OIDC_ISSUER must begin with https://",
            ),
            (
                bool(self.oidc_issuer) and not (self.oidc_client_id and self.oidc_client_secret.get_secret_value()),
                "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are missing for OIDC_ISSUER",
            ),
            (self.demonstration, "DEMONSTRATION=true is for demonstrations only"),
            (mail.scheme == "file", "MAIL_URL must be smtp:// or smtps://: letters in files reach nobody"),
            (
                bool(self.meili_url) and not self.meili_api_key.get_secret_value(),
                "MEILI_API_KEY is missing for MEILI_URL",
            ),
            (
                bool(self.meili_url) and urlsplit(self.meili_url).scheme not in {"http", "https"},
                "MEILI_URL must begin with http:// or https://",
            ),
        ]


@lru_cache(maxsize=1)
def settings_from_environment() -> Settings:
    """The settings of this process, read once."""
    return Settings()
