// Checks a certificate in this browser: nothing of it is sent anywhere. What is checked, and in which words it is told,
// is docs/reference/certificates.md; src/article6/transparency/certificates.py does the same.

const FORMAT = "article6.certificate.v1";
const PROOF_FORMAT = "article6.log-proof.v1";
const TLOG_PROOF = "c2sp.org/tlog-proof@v1";
const DASH = "— ";
const MEMBERS = ["accounts", "act", "format", "issued_at", "key", "number", "proof", "registry", "signature", "title",
  "units", "verify_at"];
const FILE_BYTES = 64 * 1024 * 1024;
const ROWS_AT_MOST = 200;

class Wrong extends Error {
  constructor(code, detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

const need = (holds, code, detail) => {
  if (!holds) throw new Wrong(code, detail);
};
const text = (value) => {
  need(typeof value === "string", "certificate.malformed");
  return value;
};
const bytesOf = (value) => new TextEncoder().encode(value);
const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
};
const equal = (one, other) => one.length === other.length && one.every((each, at) => each === other[at]);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

function unhex(value) {
  need(/^[0-9a-f]{64}$/.test(value), "proof.malformed");
  return Uint8Array.from(value.match(/../g), (each) => parseInt(each, 16));
}

function unbase64(value, code) {
  try {
    const found = atob(text(value));
    need(btoa(found) === value, code);
    return Uint8Array.from(found, (each) => each.charCodeAt(0));
  } catch {
    throw new Wrong(code);
  }
}

// RFC 8785 over the part of JSON without fractions; JavaScript's own order of strings is that of UTF-16 code units.
function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    need(Number.isSafeInteger(value), "certificate.malformed", String(value));
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

// --- Files

async function certificateIn(bytes) {
  need(bytes.length <= FILE_BYTES, "certificate.malformed");
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const content = start.includes("%PDF-") ? await attached(bytes) : bytes;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    throw new Wrong("certificate.malformed");
  }
}

async function attached(bytes) {
  const pdf = new TextDecoder("latin1").decode(bytes);
  const found = [];
  for (const named of pdf.matchAll(/\/Type\s*\/EmbeddedFile\b/g)) {
    const begins = pdf.lastIndexOf(" obj", named.index);
    const ends = />>\s*stream\r?\n/.exec(pdf.slice(named.index, named.index + 1000));
    if (begins >= 0 && ends) {
      const stream = named.index + ends.index + ends[0].length;
      found.push([pdf.slice(begins, named.index + ends.index), stream]);
    }
  }
  const length = found.length === 1 && /\/Length\s+(\d{1,10})(?!\s+\d+\s+R)/.exec(found[0][0]);
  need(length, "certificate.malformed", "PDF");
  const [about, stream] = found[0];
  const content = bytes.subarray(stream, stream + Number(length[1]));
  if (!about.includes("/Filter")) return content;
  need(/\/Filter\s*\[?\s*\/FlateDecode\b/.test(about), "certificate.malformed", "PDF");
  return inflated(content);
}

async function inflated(content) {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      need(size <= FILE_BYTES, "certificate.malformed");
      parts.push(next.value);
    }
  } catch {
    throw new Wrong("certificate.malformed", "PDF");
  }
  return joined(...parts);
}

// --- Keys, notes, proofs

async function keyOf(value) {
  const [, name, id, coded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text(value).trim()) || [];
  need(coded, "certificate.malformed", "key");
  const key = unbase64(coded, "certificate.malformed");
  need(key.length === 33 && key[0] === 1, "certificate.malformed", "key");
  const own = (await sha256(bytesOf(`${name}\n`), key)).subarray(0, 4);
  need(hex(own) === id, "certificate.malformed", "key");
  return { name, id: own, public: key.subarray(1), text: `${name}+${id}+${coded}` };
}

function signatureIn(line) {
  const found = /^— ([^+\s]+) (\S+)$/.exec(line);
  need(found, "certificate.malformed", "signature");
  const value = unbase64(found[2], "certificate.malformed");
  return { name: found[1], id: value.subarray(0, 4), value: value.subarray(4) };
}

async function isSignedBy(key, signature, message) {
  if (signature.name !== key.name || !equal(signature.id, key.id) || signature.value.length !== 64) return false;
  const known = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, known, signature.value, bytesOf(message));
}

async function checkpointIn(note, key) {
  const at = note.lastIndexOf("\n\n");
  need(at > 0 && note.endsWith("\n"), "proof.malformed");
  const said = note.slice(0, at + 1);
  const lines = note.slice(at + 2, -1).split("\n").filter((each) => each.startsWith(DASH)).map(signatureIn);
  const own = lines.find((each) => each.name === key.name && equal(each.id, key.id));
  need(own && await isSignedBy(key, own, said), "proof.not_signed_by_the_log");
  const [origin, size, root] = said.split("\n");
  need(origin === key.name, "proof.not_signed_by_the_log", origin);
  need(/^[1-9]\d{0,18}$/.test(size), "proof.malformed");
  return { origin, size: BigInt(size), root: unbase64(root, "proof.malformed") };
}

// RFC 9162 section 2.1.3.2.
async function includes(leaf, index, size, path, root) {
  if (index >= size) return false;
  let [node, last, hash] = [index, size - 1n, leaf];
  for (const each of path) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      hash = await sha256(Uint8Array.of(1), each, hash);
      while (!(node & 1n) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await sha256(Uint8Array.of(1), hash, each);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hash, root);
}

async function proven(proof, key) {
  need(proof && proof.format === PROOF_FORMAT, "proof.malformed");
  const [, head, note] = /^([^]*?)\n\n([^]*)$/.exec(text(proof.proof)) || [];
  need(head, "proof.malformed");
  const [format, indexed, ...hashes] = head.split("\n");
  const index = /^index (0|[1-9]\d{0,18})$/.exec(indexed || "");
  need(format === TLOG_PROOF && index && hashes.length <= 64, "proof.malformed");
  const path = hashes.map((each) => unbase64(each, "proof.malformed"));
  need(path.every((each) => each.length === 32), "proof.malformed");
  const checkpoint = await checkpointIn(note, key);
  const { facts, kind, subject, withheld } = proof;
  const content = canonical({ facts, kind, subject, v: 1, withheld });
  const commitment = hex(await sha256(unhex(text(proof.salt)), bytesOf(content)));
  const named = hex(await sha256(bytesOf(canonical([checkpoint.origin, kind, subject]))));
  const leaf = await sha256(Uint8Array.of(0), bytesOf(canonical({ commitment, kind, subject: named, v: 1 })));
  need(await includes(leaf, BigInt(index[1]), checkpoint.size, path, checkpoint.root), "proof.not_in_the_log");
  for (const [name, part] of Object.entries(proof.disclosed)) {
    const digest = hex(await sha256(unhex(text(part.salt)), bytesOf(canonical(part.value))));
    need(Object.hasOwn(withheld, name) && digest === withheld[name], "proof.disclosed_value_differs", name);
  }
  return { checkpoint, index: index[1] };
}

function unitsOf(certificate) {
  const { entries, quantity } = certificate.proof.facts;
  need(entries.length === certificate.units.length, "certificate.contradicts_the_log");
  const units = entries.map((entry, at) => {
    const told = certificate.units[at];
    for (const side of ["first", "last"]) {
      const numbers = text(told[side]).match(/[0-9]+/g) || [];
      need(numbers.includes(text(entry[side])), "certificate.contradicts_the_log", told[side]);
    }
    return { first: told.first, last: told.last, count: BigInt(entry.last) - BigInt(entry.first) + 1n };
  });
  const sum = units.reduce((whole, each) => whole + each.count, 0n);
  need(String(sum) === quantity, "certificate.contradicts_the_log");
  return units;
}

async function checked(certificate) {
  const isObject = certificate !== null && typeof certificate === "object" && !Array.isArray(certificate);
  need(isObject && certificate.format === FORMAT, "certificate.malformed");
  need(canonical(Object.keys(certificate).sort()) === canonical(MEMBERS), "certificate.malformed");
  const { signature, ...signed } = certificate;
  const key = await keyOf(certificate.key);
  const digest = hex(await sha256(bytesOf(canonical(signed))));
  const isSigned = await isSignedBy(key, signatureIn(text(signature)), `${FORMAT}\n${key.name}\n${digest}\n`);
  need(isSigned, "certificate.not_signed");
  need(certificate.proof && certificate.proof.kind === "transaction", "certificate.contradicts_the_log");
  const found = await proven(certificate.proof, key);
  return { certificate, key, digest, units: unitsOf(certificate), ...found };
}

// --- The page

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

function judge(sentence, kind, detail = "") {
  verdict.textContent = detail ? `${sentence} ${detail}` : sentence;
  verdict.className = `verdict tag ${kind}`;
}

function account(number, told) {
  if (!told) return "";
  return [`${number} (${told.title})`, told.holder].filter(Boolean).join(", ");
}

function tell({ certificate, key, digest, units, checkpoint, index }) {
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

function conclude({ digest, key }) {
  const wanted = location.hash.slice(1).toLowerCase();
  const given = document.getElementById("key").value.trim();
  if (/^[0-9a-f]{64}$/.test(wanted) && wanted !== digest) return judge(words.other, "rejected");
  if (!given) return judge(words.unverified, "proposed", key.text);
  if (given !== key.text) return judge(words.codes["certificate.other_key"], "rejected", key.text);
  return judge(words.holds, "completed");
}

async function check(reading) {
  const mine = ++turn;
  result.hidden = true;
  particulars.replaceChildren();
  rows.replaceChildren();
  judge(words.checking, "proposed");
  try {
    if (!globalThis.crypto?.subtle) return judge(words.insecure, "rejected");
    const found = await checked(await certificateIn(await reading()));
    if (mine !== turn) return undefined;
    tell(found);
    return conclude(found);
  } catch (error) {
    if (mine !== turn) return undefined;
    if (error instanceof Wrong) return judge(words.codes[error.code], "rejected", error.detail);
    if (error.name === "NotSupportedError") return judge(words.unable, "rejected");
    return judge(words.codes["certificate.malformed"], "rejected");
  }
}

const pasted = document.getElementById("pasted");
const chosen = document.getElementById("file");
const onFile = (file) => check(async () => new Uint8Array(await file.arrayBuffer()));
const onText = () => check(async () => bytesOf(pasted.value));
let again = null;

function start(how) {
  again = how;
  return how();
}

chosen.addEventListener("change", () => chosen.files.length && start(() => onFile(chosen.files[0])));
document.getElementById("check").addEventListener("click", () => pasted.value.trim() && start(onText));
document.getElementById("key").addEventListener("change", () => again && again());
page.addEventListener("dragover", (event) => event.preventDefault());
page.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) start(() => onFile(file));
});
page.hidden = false;
