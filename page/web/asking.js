// Questions to the program that answers.

import { words } from "./words.js";
import { $ } from "./numbers.js";

export function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

export async function ask(path, body) {  // the answer, or null: then the page says why
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : { method: "POST", body,
      headers: { "Content-Type": "application/octet-stream" } });
  } catch {
    trouble(words().gone);
    return null;
  }
  const said = await response.json();
  trouble(said.error || "");
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
