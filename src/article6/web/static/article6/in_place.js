// What pages do better with a script: they change in place (htmx does that; this keeps focus and what was open, and says
// how much there is), ask again quietly what waits, and send each form once.
(function () {
  'use strict';
  var QUIET_MS = 60000;
  var LONG_MS = 3000, FORGET_MS = 60000;
  var before = { open: [], focus: '', table: '' };

  function byId(id) { return id ? document.getElementById(id) : null; }
  function isQuiet(element) { return element.getAttribute('hx-headers') !== null; }
  // A registry on this machine is reached without a network.
  function isCut() {
    return !window.navigator.onLine && !/^(localhost|127\..*|\[::1\])$/.test(window.location.hostname);
  }
  function tellNoNetwork(isTold) { byId('no-network').hidden = !isTold; }

  // --- In place
  document.addEventListener('htmx:beforeSwap', function (event) {
    var detail = event.detail;
    if (detail.xhr.status === 422) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
    // From page to page one begins at the head of the table; else everything stays where it is.
    if (!detail.elt.closest('.pager')) detail.pathInfo.anchor = '';
    var focus = document.activeElement, table = detail.elt.closest('.data-table');
    before = {
      open: Array.prototype.map.call(detail.target.querySelectorAll('details[open][id]'), function (each) { return each.id; }),
      focus: detail.target.contains(focus) ? focus.id : '',
      table: table ? table.id : ''
    };
  });

  document.addEventListener('htmx:afterRequest', function (event) {
    var detail = event.detail;
    if (detail.xhr.status === 286) detail.elt.removeAttribute('hx-trigger');
    if (!detail.successful) return;
    tellNoNetwork(false);
    if (isQuiet(detail.elt)) return;
    before.open.map(byId).forEach(function (each) { if (each) each.open = true; });
    // Language and appearance come back to what is shown now.
    document.querySelectorAll('header input[name="next"]').forEach(function (each) {
      each.value = window.location.pathname + window.location.search;
    });
    var table = byId(before.table), wrong = byId('main').querySelector('[data-focus]');
    if (wrong && detail.xhr.status === 422) wrong.focus();
    else if (before.focus && !document.activeElement.id) {
      var next = byId(before.focus) || (table && table.querySelector('.scroll')) || byId('main');
      next.focus({ preventScroll: true });
    }
    var told = (table || byId('main')).querySelectorAll('.table-count, .pager .sub, [data-spoken]');
    byId('spoken').textContent = Array.prototype.map.call(told, function (each) { return each.dataset.spoken || each.textContent; }).join('. ');
  });

  document.addEventListener('htmx:responseError', function (event) {
    if (!isQuiet(event.detail.elt)) window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  document.addEventListener('htmx:sendError', function (event) {
    if (!isQuiet(event.detail.elt)) tellNoNetwork(true);
  });

  // --- What waits, and how far work is
  window.setInterval(function () {
    if (document.visibilityState !== 'visible') return;
    document.querySelectorAll('[hx-trigger="quiet"]').forEach(function (each) {
      if (!each.contains(document.activeElement)) window.htmx.trigger(each, 'quiet');
    });
  }, QUIET_MS);

  // --- Forms are sent once. The server does once what is sent twice; this spares people the doubt.
  function release(form) {
    byId('takes-long').hidden = true;
    delete form.dataset.sent;
    form.querySelectorAll('[data-held]').forEach(function (each) {
      each.disabled = false;
      delete each.dataset.held;
    });
  }

  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || (form.getAttribute('method') || '').toLowerCase() !== 'post') return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    tellNoNetwork(isCut());
    if (isCut()) {
      event.preventDefault();
      byId('no-network').scrollIntoView({ block: 'nearest' });
      return;
    }
    form.dataset.sent = 'yes';
    // After the browser has read which button was pressed.
    window.setTimeout(function () {
      form.querySelectorAll('button:not(:disabled)').forEach(function (each) {
        if (each.type !== 'submit') return;
        each.disabled = true;
        each.dataset.held = 'yes';
      });
    }, 0);
    window.setTimeout(function () {
      byId('takes-long').hidden = !form.dataset.sent;
    }, LONG_MS);
    // Where the browser gave up, or was stopped.
    window.setTimeout(function () { release(form); }, FORGET_MS);
  });

  window.addEventListener('pageshow', function () {
    document.querySelectorAll('form[data-sent]').forEach(release);
  });
})();
