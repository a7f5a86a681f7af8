// The page that checks a certificate in this browser: nothing of it is sent anywhere. `certificate.js` does the checking,
// this tells what it found, and what it did not look at.

import { announcementsIn, canonical, certificateIn, checked, isOf, logKey, witnessKey, Wrong } from "./certificate.js";

const ROWS_AT_MOST = 200;

const page = document.getElementById("checker");
const words = JSON.parse(page.dataset.words);
const verdict = document.getElementById("verdict");
const particulars = document.getElementById("said");
const rows = document.getElementById("units");
const result = document.getElementById("result");
let turn = 0;

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const shown = (value) => (typeof value === "string" ? value : canonical(value));

function line(name, value) {
  if (value === "" || value === null || value === undefined) return;
  const term = document.createElement("dt");
  const said = document.createElement("dd");
  term.textContent = name;
  said.textContent = value;
  particulars.append(term, said);
}

function judge(sentence, kind, detail = "", code = "") {
  verdict.textContent = detail ? `${sentence} ${detail}` : sentence;
  verdict.className = `verdict tag ${kind}`;
  verdict.dataset.code = code;
}

function account(number, told) {
  if (!told) return "";
  return [`${number} (${told.title})`, told.holder].filter(Boolean).join(", ");
}

function tell({ certificate, key, digest, units, checkpoint, index, isTrusted }) {
  const { facts, disclosed, withheld } = certificate.proof;
  const plain = (name) => name.replace(/^particulars\./, "");
  const named = (name) => (Object.hasOwn(words.names, name) ? words.names[name] : name);
  const hidden = Object.keys(withheld).filter((name) => !Object.hasOwn(disclosed, name)).map(plain).sort();
  line(words.registry, `${certificate.registry.name} (${certificate.registry.code})`);
  line(words.act, words.acts[certificate.act] || certificate.act);
  line(words.title, certificate.title);
  line(words.quantity, grouped(facts.quantity));
  line(words.completed, facts.completed_at);
  line(words.transaction, facts.transaction);
  line(words.from, account(facts.from, certificate.accounts.from));
  line(words.to, account(facts.to, certificate.accounts.to));
  for (const name of Object.keys(disclosed).sort()) line(named(plain(name)), shown(disclosed[name].value));
  line(words.withheld, hidden.map(named).join(", "));
  line(words.number, certificate.number);
  line(words.issued, certificate.issued_at);
  line(words.digest, digest);
  line(words.log, `${checkpoint.origin}: ${index} / ${checkpoint.size}`);
  line(words.key, key.text);
  const witnesses = Object.entries(checkpoint.cosigned);
  // A witness may sign any moment; past the years that people write, its seconds since 1970 are told.
  const moment = (at) => (at < 253402300800n ? `${new Date(Number(at) * 1000).toISOString().slice(0, 19)}Z` : at);
  const seen = ([name, at]) => `${name} (${moment(at)})`;
  line(words.witnessed, witnesses.map(seen).join(", "));
  line(words.unwitnessed, checkpoint.unchecked.join(", "));
  line(words.checked, [...words.does, ...(witnesses.length ? [words.doesWitness] : [])].join(" "));
  const gaps = [...(isTrusted ? [] : [words.skipsKey]), ...(witnesses.length ? [] : [words.skipsWitness])];
  line(words.unchecked, [...gaps, ...words.skips].join(" "));
  for (const each of units.slice(0, ROWS_AT_MOST)) {
    const row = document.createElement("tr");
    for (const value of [each.first, each.last, grouped(each.count)]) {
      const cell = document.createElement("td");
      cell.textContent = value;
      row.append(cell);
    }
    row.lastChild.className = "number";
    rows.append(row);
  }
  document.getElementById("more").hidden = units.length <= ROWS_AT_MOST;
  result.hidden = false;
}

function conclude({ digest, key, isTrusted }) {
  const wanted = location.hash.slice(1).toLowerCase();
  if (/^[0-9a-f]{64}$/.test(wanted) && wanted !== digest) return judge(words.other, "rejected", "", "other");
  return isTrusted ? judge(words.holds, "completed") : judge(words.unverified, "proposed", key.text);
}

// What the reader gave beside the certificate; a text that is none of what it should be is told before anything else.
async function given() {
  const values = (id) => document.getElementById(id).value.trim();
  const lines = values("witnesses").split(/\s+/).filter(Boolean);
  let announced = JSON.parse(page.dataset.announced);
  let key = null;
  try {
    key = values("key") ? await logKey(values("key")) : null;
    if (values("keys")) announced = [...announced, ...announcementsIn(values("keys"))];
    return { key, announced, witnesses: await Promise.all(lines.map(witnessKey)) };
  } catch (error) {
    if (error instanceof Wrong) throw new Wrong("given", error.detail);
    throw error;
  }
}

const ofLog = (whole, announced) => {
  const name = typeof whole?.key === "string" ? whole.key.split("+")[0] : "";
  return announced.filter((each) => isOf(each, name));
};

async function check(reading) {
  const mine = ++turn;
  result.hidden = true;
  particulars.replaceChildren();
  rows.replaceChildren();
  judge(words.checking, "proposed", "", "checking");
  try {
    if (!globalThis.crypto?.subtle) return judge(words.insecure, "rejected");
    const { key, announced, witnesses } = await given();
    const whole = await certificateIn(await reading());
    const found = await checked(whole, key, ofLog(whole, announced), witnesses);
    if (mine !== turn) return undefined;
    tell(found);
    return conclude(found);
  } catch (error) {
    if (mine !== turn) return undefined;
    if (error instanceof Wrong && error.code === "given") return judge(words.given, "rejected", error.detail, "given");
    if (error instanceof Wrong) return judge(words.codes[error.code], "rejected", error.detail, error.code);
    if (error.name === "NotSupportedError") return judge(words.unable, "rejected", "", "unable");
    return judge(words.codes["certificate.malformed"], "rejected", "", "certificate.malformed");
  }
}

const pasted = document.getElementById("pasted");
const chosen = document.getElementById("file");
const onFile = (file) => check(async () => new Uint8Array(await file.arrayBuffer()));
const onText = () => check(async () => new TextEncoder().encode(pasted.value));
let again = null;

function start(how) {
  again = how;
  return how();
}

chosen.addEventListener("change", () => chosen.files.length && start(() => onFile(chosen.files[0])));
document.getElementById("check").addEventListener("click", () => pasted.value.trim() && start(onText));
for (const id of ["key", "witnesses", "keys"]) {
  document.getElementById(id).addEventListener("change", () => again && again());
}
page.addEventListener("dragover", (event) => event.preventDefault());
page.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) start(() => onFile(file));
});
// The code on the paper led here with the digest behind '#', which browsers do not send: compared before any file is.
const paper = document.getElementById("paper");
const named = location.hash.slice(1).toLowerCase();
if (paper && /^[0-9a-f]{64}$/.test(named)) {
  const isSame = named === paper.dataset.digest;
  paper.textContent = isSame ? words.paperSame : words.paperOther;
  paper.classList.add(isSame ? "completed" : "rejected");
  paper.hidden = false;
}
page.hidden = false;
