'use strict';
const token = document.querySelector('#credentials input');
const answerLengthMax = 20000;

for (const form of document.querySelectorAll('form')) form.hidden = false;
document.querySelector('#credentials').addEventListener('submit', (event) => event.preventDefault());
for (const form of document.querySelectorAll('form.try')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form, form.querySelector('output'));
  });
}
openTarget();
window.addEventListener('hashchange', openTarget);

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

async function send(form, output) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = new Headers();
  if (token.value) headers.set('Authorization', 'Bearer ' + token.value);
  for (const input of form.querySelectorAll('input')) {
    if (input.dataset.in === 'path') path = path.replace('{' + input.name + '}', encodeURIComponent(input.value));
    else if (input.value === '') continue;
    else if (input.dataset.in === 'query') query.append(input.name, input.value);
    else headers.set(input.name, input.value);
  }
  const text = form.querySelector('textarea');
  if (text) headers.set('Content-Type', text.dataset.type);
  const address = path + (query.size ? '?' + query : '');
  const stop = new AbortController();
  output.replaceChildren(show('…'));
  try {
    const answer = await fetch(address, {
      method: form.dataset.method, headers, body: text ? text.value : undefined, signal: stop.signal,
    });
    const head = answer.status + ' ' + answer.statusText + '\n\n';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let body = ''; ; ) {
      const { done, value } = await reader.read();
      if (value) body += value;
      output.replaceChildren(show(head + body));
      if (done || body.length > answerLengthMax) break;
    }
    stop.abort();
  } catch (error) {
    output.replaceChildren(show(String(error)));
  }
}

function show(text) {
  const element = document.createElement('pre');
  element.textContent = text;
  return element;
}
