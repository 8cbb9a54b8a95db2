// Questions to the program that answers.

import { refusal, words } from "./words.js";
import { $ } from "./numbers.js";

const troubles = new Map();  // what was asked -> why there was no answer; it stands until the same is answered

export function trouble(path, text) {
  const kind = path.split("/")[1];
  troubles.delete(kind);
  if (text) troubles.set(kind, text);
  const lines = [...new Set(troubles.values())].join("\n");
  if ($("trouble").textContent === lines) return;  // or a screen reader would say it again
  $("trouble").textContent = lines;
  $("trouble").hidden = !lines;
}

export async function ask(path, body) {  // the answer, or null: then the page says why
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : { method: "POST", body,
      headers: { "Content-Type": "application/octet-stream" } });
  } catch {
    trouble("/status", words().gone);
    return null;
  }
  const said = await response.json();
  trouble(path, said.error ? refusal(said.error) : "");
  return said.error ? null : said;
}

export function oneAtATime(work) {  // while it works, calls are kept for one more time
  let working = false, again = false;
  return async () => {
    again = true;
    if (working) return;
    working = true;
    while (again) {
      again = false;
      await work();
    }
    working = false;
  };
}
