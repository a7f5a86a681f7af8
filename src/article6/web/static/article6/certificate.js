// What a certificate proves, found in this browser. What is checked is docs/reference/certificates.md, step by step as
// src/article6/transparency does it; tests/vectors/certificates.json holds both to the same verdicts.

const FORMAT = "article6.certificate.v1";
const PROOF_FORMAT = "article6.log-proof.v1";
const KEYS_FORMAT = "article6.log-keys.v1";
const ANNOUNCEMENT = "article6.log-key.v1";
const TLOG_PROOF = "c2sp.org/tlog-proof@v1";
const DASH = "— ";
const MEMBERS = ["accounts", "act", "format", "issued_at", "key", "number", "proof", "registry", "signature", "title",
  "units", "verify_at"];
const PROOF_MEMBERS = ["disclosed", "facts", "format", "kind", "proof", "salt", "subject", "withheld"];
const UNIT_MEMBERS = ["activity", "cooperative_approach", "first", "last", "unit_type", "vintage_year"];
const ACTS = ["cancellation", "retirement", "transfer"];
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const FILE_BYTES = 64 * 1024 * 1024;
const NOTE_BYTES = 64 * 1024;
const SIGNATURES = 100;
const DEPTH = 32;
const [LOG, WITNESS] = [1, 4];

export class Wrong extends Error {
  constructor(code, detail = "") {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

const need = (holds, code, detail) => {
  if (!holds) throw new Wrong(code, detail);
};
const MALFORMED = "certificate.malformed";
const text = (value) => {
  need(typeof value === "string", MALFORMED);
  return value;
};
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const has = (value, members) => isObject(value) && Object.keys(value).sort().join() === members.join();
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

// A part that is malformed makes the whole so, under the code of where it stands.
async function within(code, reading) {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof Wrong) throw new Wrong(code, error.detail);
    throw error;
  }
}

function unhex(value) {
  need(/^[0-9a-f]{64}$/.test(value), "proof.malformed");
  return Uint8Array.from(value.match(/../g), (each) => parseInt(each, 16));
}

function unbase64(value) {
  let found;
  try {
    found = atob(text(value));
  } catch {
    throw new Wrong(MALFORMED, "base64");
  }
  need(btoa(found) === value, MALFORMED, "base64");
  return Uint8Array.from(found, (each) => each.charCodeAt(0));
}

// RFC 8785 over the part of JSON without fractions; JavaScript's own order of strings is that of UTF-16 code units.
export function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

// JSON as both programs read it: no fractions, no name twice in an object, whole characters, no U+0000, not too deep.
function parsed(source) {
  let value;
  try {
    value = JSON.parse(source);
  } catch {
    throw new Wrong(MALFORMED, "JSON");
  }
  const open = [];
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],]/g)) {
    const inner = open.at(-1);
    if (token === "{" || token === "[") open.push({ names: token === "{" ? new Set() : null, isName: token === "{" });
    else if (token === "}" || token === "]") open.pop();
    else if (token === ",") inner.isName = inner.names !== null;
    else if (token[0] === "\"") {
      const said = JSON.parse(token);
      need(!/\p{Surrogate}/u.test(said) && !said.includes("\0"), MALFORMED, "JSON");
      if (inner?.isName) {
        need(!inner.names.has(said), MALFORMED, said);
        inner.names.add(said);
        inner.isName = false;
      }
    } else need(/^-?\d{1,16}$/.test(token) && Number.isSafeInteger(Number(token)), MALFORMED, token.slice(0, 20));
    need(open.length <= DEPTH, MALFORMED, "JSON");
  }
  return value;
}

// --- Files

export async function certificateIn(bytes) {
  need(bytes.length <= FILE_BYTES, MALFORMED);
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  const content = start.includes("%PDF-") ? await attached(bytes) : bytes;
  let source;
  try {
    source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Wrong(MALFORMED);
  }
  return parsed(source);
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
  need(length, MALFORMED, "PDF");
  const [about, stream] = found[0];
  const content = bytes.subarray(stream, stream + Number(length[1]));
  if (!about.includes("/Filter")) return content;
  need(/\/Filter\s*\[?\s*\/FlateDecode\b/.test(about), MALFORMED, "PDF");
  return inflated(content);
}

async function inflated(content) {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      need(size <= FILE_BYTES, MALFORMED);
      parts.push(next.value);
    }
  } catch {
    throw new Wrong(MALFORMED, "PDF");
  }
  return joined(...parts);
}

// --- Keys and signed notes

const isName = (name) => name !== "" && !/[+\p{C}\p{Z}\s]/u.test(name);

export async function keyOf(value, ...types) {
  const [, name, id, coded] = /^([^+]+)\+([0-9a-f]{8})\+([^]+)$/.exec(text(value).trim()) || [];
  need(coded && isName(name), MALFORMED, "key");
  const key = unbase64(coded);
  need(key.length === 33 && types.includes(key[0]), MALFORMED, "key");
  const own = (await sha256(bytesOf(`${name}\n`), key)).subarray(0, 4);
  need(hex(own) === id, MALFORMED, "key");
  return { name, id: own, type: key[0], public: key.subarray(1), text: `${name}+${id}+${coded}` };
}

export const logKey = (value) => keyOf(value, LOG);
export const witnessKey = (value) => keyOf(value, LOG, WITNESS);

function signatureIn(line) {
  const at = line.indexOf(" ", DASH.length);
  need(line.startsWith(DASH) && at > 0, MALFORMED, "signature");
  const name = line.slice(DASH.length, at);
  const value = unbase64(line.slice(at + 1));
  need(isName(name) && value.length > 4, MALFORMED, "signature");
  return { name, id: value.subarray(0, 4), value: value.subarray(4) };
}

const isBy = (signature, key) => signature.name === key.name && equal(signature.id, key.id);

async function isRight(message, signature, key) {
  let known;
  try {
    known = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") throw error;
    return false;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, known, signature, bytesOf(message));
}

// When it was signed in seconds since 1970, 0 where the signature has no time, null: it is wrong.
async function signedAt(said, signature, key) {
  if (key.type === LOG) {
    return signature.value.length === 64 && await isRight(said, signature.value, key) ? 0n : null;
  }
  if (signature.value.length !== 72) return null;
  const time = new DataView(signature.value.slice(0, 8).buffer).getBigUint64(0);
  const message = `cosignature/v1\ntime ${time}\n${said}`;
  return time < 2n ** 63n && await isRight(message, signature.value.slice(8), key) ? time : null;
}

function noteIn(whole) {
  need(bytesOf(whole).length <= NOTE_BYTES && !/[\0-\t\v-\x1f]/.test(whole), MALFORMED, "note");
  const at = whole.lastIndexOf("\n\n");
  need(at >= 0 && whole.length > at + 2 && whole.endsWith("\n"), MALFORMED, "note");
  const lines = whole.slice(at + 2, -1).split("\n");
  need(lines.length <= SIGNATURES, MALFORMED, "note");
  return { said: whole.slice(0, at + 1), signatures: lines.map(signatureIn) };
}

// Which of the known keys signed, with the times; a wrong signature of one of them spoils the note.
async function opened({ said, signatures }, known) {
  const found = new Map();
  for (const each of signatures) {
    const key = known.find((one) => isBy(each, one));
    if (!key || found.has(key.text)) continue;
    const time = await signedAt(said, each, key);
    need(time !== null, "proof.not_signed_by_the_log", each.name);
    found.set(key.text, time);
  }
  return found;
}

// --- The chain of a log's keys

async function announcementIn(whole) {
  const note = noteIn(text(whole));
  const lines = note.said.slice(0, -1).split("\n");
  need(lines.length === 6 && lines[0] === ANNOUNCEMENT, MALFORMED, "announcement");
  const [old, next] = [await logKey(lines[2]), await logKey(lines[3])];
  need(old.name === lines[1] && next.name === lines[1] && old.text !== next.text, MALFORMED, "announcement");
  for (const each of lines.slice(4)) {
    const at = new Date(`${each.slice(0, 23)}Z`);
    need(MOMENT.test(each) && !Number.isNaN(at.getTime()), MALFORMED, "announcement");
    need(at.toISOString().slice(0, 23) === each.slice(0, 23), MALFORMED, "announcement");
  }
  need(lines[4] <= lines[5], MALFORMED, "announcement");
  need((await opened(note, [old, next])).size === 2, MALFORMED, "announcement");
  return { old, next, announcedAt: lines[4], retiresAt: lines[5] };
}

// The keys, oldest first, of the chain in which one stands that is trusted.
async function followed(anchor, announced) {
  const links = [];
  for (const each of new Set(announced)) links.push(await announcementIn(each));
  for (const side of ["old", "next"]) {
    need(new Set(links.map((each) => each[side].text)).size === links.length, MALFORMED, "announcement");
  }
  const chain = [];
  let [first, last] = [anchor, anchor];
  const before = () => links.find((each) => each.next.text === first.text);
  const after = () => links.find((each) => each.old.text === last.text);
  while (before() && chain.length < links.length) {
    chain.unshift(before());
    first = chain[0].old;
  }
  while (after() && chain.length < links.length) {
    chain.push(after());
    last = chain.at(-1).next;
  }
  const keys = [first, ...chain.map((each) => each.next)];
  need(chain.length === links.length, MALFORMED, "announcement");
  need(new Set(keys.map((each) => each.text)).size === keys.length, MALFORMED, "announcement");
  need(chain.every((each, at) => !at || chain[at - 1].announcedAt <= each.announcedAt), MALFORMED, "announcement");
  return { keys, retiresAt: (key) => chain.find((each) => each.old.text === key.text)?.retiresAt };
}

// The announcements in a file as a log publishes it at /log/keys.
export function announcementsIn(source) {
  const whole = parsed(source);
  need(has(whole, ["announcements", "format"]) && whole.format === KEYS_FORMAT, MALFORMED, "announcement");
  need(Array.isArray(whole.announcements), MALFORMED, "announcement");
  return whole.announcements.map((each) => text(each?.facts?.announcement));
}

export const isOf = (announcement, name) => announcement.split("\n")[1] === name;

// --- Proofs

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

function proofIn(proof) {
  need(has(proof, PROOF_MEMBERS) && proof.format === PROOF_FORMAT, "proof.malformed");
  for (const name of ["kind", "subject", "salt", "proof"]) need(typeof proof[name] === "string", "proof.malformed");
  for (const name of ["facts", "withheld", "disclosed"]) need(isObject(proof[name]), "proof.malformed");
  const shown = Object.values(proof.disclosed);
  need(shown.every((each) => has(each, ["salt", "value"])), "proof.malformed");
  const at = proof.proof.indexOf("\n\n");
  need(at > 0, "proof.malformed");
  const [format, indexed, ...hashes] = proof.proof.slice(0, at).split("\n");
  const index = /^index (0|[1-9]\d{0,18})$/.exec(indexed || "");
  need(format === TLOG_PROOF && index && hashes.length <= 64, "proof.malformed");
  const path = hashes.map(unbase64);
  need(path.every((each) => each.length === 32), "proof.malformed");
  return { index: BigInt(index[1]), path, note: proof.proof.slice(at + 2) };
}

async function checkpointIn(whole, keys, witnesses) {
  const note = await within("proof.malformed", () => noteIn(whole));
  const signed = await opened(note, [...keys, ...witnesses]);
  need(keys.some((each) => signed.has(each.text)), "proof.not_signed_by_the_log");
  const lines = note.said.slice(0, -1).split("\n");
  const [origin, size, coded] = lines;
  need(lines.length >= 3 && lines.every(Boolean) && /^(0|[1-9]\d{0,18})$/.test(size), "proof.malformed");
  const root = await within("proof.malformed", () => unbase64(coded));
  need(root.length === 32, "proof.malformed");
  need(origin === keys[0].name, "proof.not_signed_by_the_log", origin);
  const cosigned = witnesses.filter((each) => signed.has(each.text) && !keys.some((one) => one.text === each.text));
  const known = [...keys, ...witnesses];
  return {
    origin, size: BigInt(size), root,
    cosigned: Object.fromEntries(cosigned.map((each) => [each.name, signed.get(each.text)])),
    unchecked: note.signatures.filter((each) => !known.some((key) => isBy(each, key))).map((each) => each.name),
  };
}

async function proven(proof, keys, witnesses) {
  const { index, path, note } = await within("proof.malformed", () => proofIn(proof));
  const checkpoint = await checkpointIn(note, keys, witnesses);
  const { facts, kind, subject, withheld } = proof;
  const content = canonical({ facts, kind, subject, v: 1, withheld });
  const commitment = hex(await sha256(unhex(proof.salt), bytesOf(content)));
  const named = hex(await sha256(bytesOf(canonical([checkpoint.origin, kind, subject]))));
  const leaf = await sha256(Uint8Array.of(0), bytesOf(canonical({ commitment, kind, subject: named, v: 1 })));
  need(await includes(leaf, index, checkpoint.size, path, checkpoint.root), "proof.not_in_the_log");
  for (const [name, part] of Object.entries(proof.disclosed)) {
    need(/^[0-9a-f]{64}$/.test(part.salt), "proof.disclosed_value_differs", name);
    const digest = hex(await sha256(unhex(part.salt), bytesOf(canonical(part.value))));
    need(Object.hasOwn(withheld, name) && digest === withheld[name], "proof.disclosed_value_differs", name);
  }
  return { checkpoint, index };
}

// --- Certificates

const number = (value) => {
  need(/^[1-9][0-9]{0,18}$/.test(text(value)), MALFORMED);
  return BigInt(value);
};

function unitOf(told, entry) {
  need(has(told, UNIT_MEMBERS), MALFORMED, "units");
  const [first, last] = [number(entry.first), number(entry.last)];
  need(told.vintage_year === null || Number.isSafeInteger(told.vintage_year), MALFORMED, "vintage_year");
  for (const [serial, said] of [[first, told.first], [last, told.last]]) {
    const numbers = text(said).match(/[0-9]+/g) || [];
    need(numbers.includes(String(serial)), "certificate.contradicts_the_log", said);
  }
  for (const each of [entry.registry, entry.party, told.unit_type]) text(each);
  for (const each of [told.activity, told.cooperative_approach]) need(each === null || text(each) === each, MALFORMED);
  return { first: told.first, last: told.last, count: last - first + 1n };
}

function sideOf(account, told) {
  if ((account ?? null) === null && told === null) return;
  need(has(told, ["holder", "title"]), MALFORMED, "accounts");
  for (const each of [account, told.title, told.holder]) text(each);
}

function unitsOf(certificate) {
  const { facts, kind } = certificate.proof;
  need(kind === "transaction", "certificate.contradicts_the_log", kind);
  need(Array.isArray(facts.entries) && facts.entries.every(isObject), MALFORMED);
  const told = certificate.units;
  need(Array.isArray(told) && told.length === facts.entries.length, "certificate.contradicts_the_log");
  const units = facts.entries.map((entry, at) => unitOf(told[at], entry));
  const sum = units.reduce((whole, each) => whole + each.count, 0n);
  need(sum === number(facts.quantity), "certificate.contradicts_the_log");
  return units;
}

function readAll(certificate) {
  const { facts } = certificate.proof;
  const { accounts, registry } = certificate;
  need(isObject(accounts) && isObject(registry) && ACTS.includes(certificate.act), MALFORMED);
  need("from" in facts && "to" in facts && "from" in accounts && "to" in accounts, MALFORMED);
  const said = [registry.code, registry.kind, registry.name, facts.type, facts.completed_at, facts.transaction];
  for (const name of ["number", "title", "issued_at", "verify_at"]) said.push(certificate[name]);
  said.forEach(text);
  sideOf(facts.from, accounts.from);
  sideOf(facts.to, accounts.to);
}

async function keysOf(certificate, own, announced) {
  const carried = certificate.announcements ?? [];
  need(Array.isArray(carried), MALFORMED, "announcements");
  need(carried.length || !("announcements" in certificate), MALFORMED, "announcements");
  await within(MALFORMED, () => followed(own, carried));
  return within("certificate.other_key", () => followed(own, [...carried, ...announced]));
}

// What the certificate proves: throws `Wrong` where it does not hold. `key` null: with the one in it, which then is not
// trusted. `announced` are announcements of the log's keys that the reader has, `witnesses` keys of theirs.
export async function checked(certificate, key = null, announced = [], witnesses = []) {
  need(isObject(certificate) && certificate.format === FORMAT, MALFORMED);
  const { announcements, ...others } = certificate;
  need(has(others, MEMBERS), MALFORMED);
  const own = await within(MALFORMED, () => logKey(certificate.key));
  const { signature, ...signed } = certificate;
  const digest = hex(await sha256(bytesOf(canonical(signed))));
  const line = signatureIn(text(signature));
  const isSigned = isBy(line, own) && await signedAt(`${FORMAT}\n${own.name}\n${digest}\n`, line, own) !== null;
  need(isSigned, "certificate.not_signed");
  const { keys, retiresAt } = await keysOf(certificate, own, announced);
  need(key === null || keys.some((each) => each.text === key.text), "certificate.other_key", own.text);
  const ends = retiresAt(own);
  need(!ends || MOMENT.test(text(certificate.issued_at)), MALFORMED, "issued_at");
  need(!ends || certificate.issued_at <= ends, "certificate.key_retired", own.text);
  const found = await proven(certificate.proof, keys, witnesses);
  const units = unitsOf(certificate);
  readAll(certificate);
  return { certificate, key: own, digest, units, isTrusted: key !== null, ...found };
}
