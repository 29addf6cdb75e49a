// A certificate's QR code brings number and code behind the #, which no server sees: they are put into the form, and its reader presses the button.
(() => {
  "use strict";
  const form = document.getElementById("parbaude");
  const [number, code] = decodeURIComponent(location.hash.slice(1)).split(".");
  if (!form || !code) return;
  form.elements.number.value = number.slice(0, 60);
  form.elements.code.value = code.slice(0, 60);
  history.replaceState(null, "", location.pathname + location.search);
  form.querySelector("button").focus();
})();
