// A password can be looked at while it is typed. Without scripts it stays hidden; nothing is sent or kept by this.
(function () {
  'use strict';
  var said = document.currentScript.dataset;
  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('input[type=password]').forEach(function (field) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'quiet';
      button.textContent = said.show;
      button.setAttribute('aria-pressed', 'false');
      button.setAttribute('aria-controls', field.id);
      button.addEventListener('click', function () {
        var isShown = field.type === 'text';
        field.type = isShown ? 'password' : 'text';
        button.setAttribute('aria-pressed', String(!isShown));
      });
      if (field.form) field.form.addEventListener('submit', function () { field.type = 'password'; });
      field.after(button);
    });
  });
})();
