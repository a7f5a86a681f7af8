// Shows what works with a script only, and says in words what a passkey's dialogue answered.
(function () {
  'use strict';
  document.addEventListener('DOMContentLoaded', function () {
    if (!window.PublicKeyCredential) return;
    document.querySelectorAll('[data-needs-script]').forEach(function (each) { each.hidden = false; });
    document.querySelectorAll('[data-without-script]').forEach(function (each) { each.hidden = true; });
  });
  document.addEventListener('allauth.error', function (event) {
    var told = document.querySelector('[data-failed]');
    if (!told) return;
    event.preventDefault();
    told.hidden = false;
    told.focus();
  });
})();
