// Compares a badge file with what this archive keeps, and reads its status list. All in the browser.
"use strict";

const PNG = [0x89, 0x50, 0x4e, 0x47];
const LIMIT = 20e6;

function textOfPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    const end = data.indexOf(0);
    const keyword = new TextDecoder("latin1").decode(data.subarray(0, Math.max(end, 0)));
    if (kind === "iTXt" && keyword === "openbadgecredential") {
      const language = data.indexOf(0, end + 3);
      const translated = data.indexOf(0, language + 1);
      return new TextDecoder().decode(data.subarray(translated + 1));
    }
    at += 12 + length;
  }
  throw new Error("There is no badge in this picture.");
}

function textOf(bytes) {
  if (PNG.every((byte, n) => bytes[n] === byte)) return textOfPng(bytes);
  const text = new TextDecoder().decode(bytes).trim();
  if (!text.startsWith("<")) return text;
  const root = new DOMParser().parseFromString(text, "image/svg+xml");
  const found = root.getElementsByTagNameNS("https://purl.imsglobal.org/ob/v3p0", "credential")[0];
  if (!found) throw new Error("There is no badge in this picture.");
  return found.textContent;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join()}}`;
}

async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("");
  return answer.json();
}

async function isMarked(entry, origin) {
  const listed = await get(entry.statusListCredential.replace(origin, ""));
  const packed = listed.credentialSubject.encodedList.slice(1).replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bits = new Uint8Array(await new Response(stream).arrayBuffer());
  const index = Number(entry.statusListIndex);
  return (bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
}

async function check(file, origin) {
  if (file.size > LIMIT) return ["red", "The file is larger than a badge can be."];
  let badge;
  try {
    badge = JSON.parse(textOf(new Uint8Array(await file.arrayBuffer())));
  } catch (error) {
    return ["red", error instanceof SyntaxError ? "This is no badge that can be read." : error.message];
  }
  const id = String(badge.id);
  const name = id.slice(`${origin}/credentials/`.length);
  if (!id.startsWith(`${origin}/credentials/`) || !/^[A-Za-z0-9_-]{8,32}$/.test(name))
    return ["amber", "This badge was not issued here. Ask a verifier of Open Badges 3.0."];
  let kept;
  try {
    kept = await get(`/credentials/${name}.json`);
  } catch {
    return ["amber", "Its holder does not show this badge here. Ask a verifier of Open Badges 3.0: its signature, and whether it was revoked, can be checked all the same."];
  }
  if (canonical(kept) !== canonical(badge)) return ["red", "Not what was issued: the badge kept here says something else."];
  const entries = [badge.credentialStatus ?? []].flat();
  for (const entry of entries)
    if (await isMarked(entry, origin)) return ["red", entry.statusPurpose === "suspension" ? "Suspended." : "Revoked: it is no longer valid."];
  if (badge.validUntil && new Date(badge.validUntil) < new Date()) return ["red", `It expired on ${badge.validUntil.slice(0, 10)}.`];
  return ["green", "It is exactly what was issued, within its dates, and not revoked."];
}

document.querySelector("#file").addEventListener("change", async (event) => {
  const said = document.querySelector("[role=status]");
  said.textContent = "Checking …";
  const [tone, sentence] = await check(event.target.files[0], event.target.dataset.origin).catch(() => [
    "amber",
    "It could not be checked: the archive did not answer.",
  ]);
  said.className = tone;
  said.textContent = sentence;
});
