// Shows the description of the API and lets one call be tried at a time. Builds every element by
// hand and never from markup; keeps the token in memory alone.
"use strict";

let spec;
let token = "";
const byId = (id) => document.getElementById(id);

// Makes an element: tag, properties, children (elements or text).
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// ---- schemas -----------------------------------------------------------------------------------

function resolve(schema) {
  let found = schema || {};
  for (let steps = 0; found.$ref && steps < 20; steps += 1) {
    const target = found.$ref.split("/").slice(1).reduce((at, key) => at && at[key], spec) || {};
    const { $ref, ...own } = found;
    found = { ...target, ...own };
  }
  return found;
}

const refName = (schema) => (schema && schema.$ref ? schema.$ref.split("/").pop() : "");
const isNull = (schema) => schema.type === "null";

// A schema whose parts are put together (allOf), or which is one thing or nothing (oneOf with null).
function flat(schema) {
  const found = resolve(schema);
  const choices = (found.oneOf || found.anyOf || []).filter((one) => !isNull(resolve(one)));
  if (choices.length === 1) return { ...flat(choices[0]), ...(found.description ? { description: found.description } : {}) };
  if (!found.allOf) return found;
  const whole = { type: "object", properties: {}, required: [], description: found.description };
  for (const part of found.allOf.map(flat)) {
    Object.assign(whole.properties, part.properties);
    whole.required.push(...(part.required || []));
    whole.description = whole.description || part.description;
  }
  const order = [...whole.required, ...Object.keys(whole.properties)];
  whole.properties = Object.fromEntries([...new Set(order)].filter((key) => whole.properties[key]).map((key) => [key, whole.properties[key]]));
  return whole;
}

function typeName(schema) {
  const found = flat(schema);
  const types = [].concat(found.type || (found.properties ? "object" : "any")).filter((type) => type !== "null");
  if (found.enum) return found.enum.filter((one) => one !== null).map((one) => JSON.stringify(one)).join(" | ");
  if (types[0] === "array") return "list of " + (refName(found.items) || typeName(found.items));
  let name = types.join(" or ");
  if (found.format && !["int32", "int64"].includes(found.format)) name += " (" + found.format + ")";
  return name;
}

function bounds(schema) {
  const found = flat(schema);
  const said = [];
  if (found.minimum !== undefined || found.maximum !== undefined) said.push((found.minimum ?? "…") + " to " + (found.maximum ?? "…"));
  if (found.minLength !== undefined || found.maxLength !== undefined) said.push((found.minLength ?? 0) + " to " + (found.maxLength ?? "…") + " characters");
  if (found.maxItems !== undefined) said.push("at most " + found.maxItems);
  return said.join(", ");
}

// A UUID of version 7, as clients make them.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let at = 5; at >= 0; at -= 1) { bytes[at] = time % 256; time = Math.floor(time / 256); }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// An example: the one that is given, or one made from the schema. `whole` takes what may be left out too.
function example(schema, whole, depth = 0) {
  const found = flat(schema);
  if (found.example !== undefined) return found.example;
  if (found.examples && found.examples.length) return found.examples[0];
  if (found.default !== undefined && found.default !== null) return found.default;
  if (found.enum) return found.enum[0];
  const type = [].concat(found.type || (found.properties ? "object" : "")).filter((one) => one !== "null")[0];
  if (type === "object" && depth < 5) {
    const made = {};
    for (const [name, property] of Object.entries(found.properties || {})) {
      if (whole || (found.required || []).includes(name) || flat(property).example !== undefined) made[name] = example(property, whole, depth + 1);
    }
    return made;
  }
  if (type === "array") return depth < 5 && whole ? [example(found.items, whole, depth + 1)] : [];
  if (type === "integer" || type === "number") return found.minimum ?? 0;
  if (type === "boolean") return false;
  if (type === "string") return found.format === "uuid" ? newId() : found.format === "date-time" ? new Date().toISOString() : "text";
  return null;
}

function fields(schema, depth = 0) {
  const found = flat(schema);
  const inner = found.type === "array" || [].concat(found.type).includes("array") ? flat(found.items) : found;
  if (!inner.properties || depth > 4) return null;
  const list = make("dl");
  for (const [name, property] of Object.entries(inner.properties)) {
    const must = (inner.required || []).includes(name);
    list.append(make("dt", {}, make("code", {}, name), " ", make("small", {}, typeName(property)), must ? make("span", { className: "must" }, " required") : ""));
    const about = make("dd");
    const words = [resolve(property).description || flat(property).description, bounds(property)].filter(Boolean).join(" · ");
    if (words) about.append(words);
    const below = fields(property, depth + 1);
    if (below) about.append(make("details", { className: "more" }, make("summary", {}, "its fields"), below));
    if (about.childNodes.length) list.append(about);
  }
  return list;
}

// ---- one call ----------------------------------------------------------------------------------

const pretty = (value) => JSON.stringify(value, null, 2);

function contentOf(holder) {
  const [type, content] = Object.entries((holder && holder.content) || {})[0] || [];
  return type ? { type, schema: content.schema, example: content.example } : null;
}

function parameterInput(parameter) {
  const schema = flat(parameter.schema);
  const properties = { name: parameter.name, required: Boolean(parameter.required), spellcheck: false };
  // An example is shown, not filled in: its ids are nobody's here, and what may be left out narrows.
  const shown = parameter.example ?? schema.example;
  const placeholder = shown === undefined ? typeName(schema) : "such as " + shown;
  if (!schema.enum) return make("input", { ...properties, value: "", placeholder });
  const options = [make("option", { value: "" }, "left out"), ...schema.enum.filter(Boolean).map((one) => make("option", { value: one }, one))];
  return make("select", properties, ...options);
}

// The example's body, under an id that nobody has used yet.
function firstTry(body) {
  const start = body.example ?? example(body.schema, false);
  return start && start.id ? { ...start, id: newId() } : start;
}

function tryIt(method, path, operation) {
  const parameters = operation.parameters || [];
  const body = contentOf(operation.requestBody);
  const form = make("form", {});
  for (const parameter of parameters) form.append(make("label", {}, parameter.name + (parameter.required ? "" : " (may be left out)"), parameterInput(parameter)));
  const area = body && make("textarea", { name: "the body", spellcheck: false, value: pretty(firstTry(body)) });
  if (area) form.append(make("label", {}, "Body", area));
  const answer = make("div", { role: "status" });
  form.append(make("button", {}, "Send"), answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let address = path;
    const query = new URLSearchParams();
    for (const parameter of parameters) {
      const value = form.elements.namedItem(parameter.name).value.trim();
      if (parameter.in === "path") address = address.replace("{" + parameter.name + "}", encodeURIComponent(value));
      else if (value) query.set(parameter.name, value);
    }
    const tail = query.size ? "?" + query : "";
    send(method, address + tail, area ? area.value : null, answer);
  });
  return form;
}

async function send(method, address, body, answer) {
  answer.replaceChildren(make("p", { className: "quiet" }, "Waiting."));
  const headers = {};
  if (token) headers.authorization = "Bearer " + token;
  if (body !== null) headers["content-type"] = "application/json";
  try {
    const began = performance.now();
    const reply = await fetch(address, { method, headers, body: body ?? undefined, credentials: "omit" });
    const text = await reply.text();
    const took = Math.round(performance.now() - began);
    let shown = text;
    try { shown = pretty(JSON.parse(text)); } catch { /* not JSON: shown as it is */ }
    answer.replaceChildren(
      make("p", {}, make("span", { className: "status " + (reply.ok ? "good" : "bad") }, String(reply.status)), " ", make("small", {}, took + " ms · request " + (reply.headers.get("x-request-id") || "without an id"))),
      shown ? make("pre", { tabIndex: 0 }, shown) : make("p", { className: "quiet" }, "Nothing in it."),
    );
  } catch (error) {
    answer.replaceChildren(make("p", { className: "status bad" }, "It could not be sent: " + error.message));
  }
}

function responses(operation) {
  const list = make("dl");
  const refusals = make("dl");
  for (const [status, named] of Object.entries(operation.responses || {})) {
    const response = resolve(named);
    const content = contentOf(response);
    const good = status < 400;
    const target = good ? list : refusals;
    target.append(make("dt", {}, make("span", { className: "status " + (good ? "good" : "bad") }, status), " ", make("small", {}, response.description || "")));
    if (!good || !content || !content.schema) continue;
    const about = make("dd", {}, make("small", {}, content.type));
    const below = fields(content.schema);
    if (below) about.append(make("details", { className: "more" }, make("summary", {}, "its fields"), below));
    if (content.type === "application/json") about.append(make("details", { className: "more" }, make("summary", {}, "an example"), make("pre", { tabIndex: 0 }, pretty(content.example ?? example(content.schema, true)))));
    target.append(about);
  }
  if (refusals.childNodes.length) list.append(make("dt", {}, make("details", { className: "more" }, make("summary", {}, "what it may refuse (application/problem+json)"), refusals)));
  return list;
}

function inside(method, path, operation) {
  const parts = make("div", { className: "inside" });
  if (operation.description) parts.append(make("p", {}, operation.description));
  const open = !(operation.security || []).length || operation.security.some((one) => !Object.keys(one).length);
  parts.append(make("p", { className: "quiet" }, open ? "No token is needed." : "Wants an access token."));
  if (operation.parameters && operation.parameters.length) {
    const list = make("dl");
    for (const parameter of operation.parameters) {
      list.append(make("dt", {}, make("code", {}, parameter.name), " ", make("small", {}, parameter.in + ", " + typeName(parameter.schema)), parameter.required ? make("span", { className: "must" }, " required") : ""));
      const words = [parameter.description, bounds(parameter.schema)].filter(Boolean).join(" · ");
      if (words) list.append(make("dd", {}, words));
    }
    parts.append(make("h3", {}, "Parameters"), list);
  }
  const body = contentOf(operation.requestBody);
  if (body) parts.append(make("h3", {}, "Body"), fields(body.schema) || make("p", { className: "quiet" }, typeName(body.schema)));
  parts.append(make("h3", {}, "Answers"), responses(operation), make("h3", {}, "Try it"));
  parts.append(path.endsWith("/live") ? make("p", { className: "quiet" }, "The live socket is opened by a WebSocket client: see scripts/live.py.") : tryIt(method, path, operation));
  return parts;
}

// An address that may be broken where a reader would break it.
function breakable(path) {
  const parts = path.split("/").slice(1);
  return make("span", { className: "path" }, ...parts.flatMap((part) => ["/" + part, make("wbr")]));
}

function call(method, path, operation) {
  const summary = make("summary", {}, make("span", { className: "method" }, method), " ", breakable(path), make("span", { className: "summary" }, operation.summary || ""));
  const element = make("details", { className: "call", id: method.toLowerCase() + path }, summary);
  element.words = [method, path, operation.summary, operation.description].join(" ").toLowerCase();
  // Built when it is opened: there are many.
  element.addEventListener("toggle", () => {
    if (element.open && element.childNodes.length === 1) element.append(inside(method, path, operation));
  });
  return element;
}

// ---- the page ----------------------------------------------------------------------------------

function show() {
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      if (!item[method]) continue;
      const group = (item[method].tags || ["other"])[0];
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(call(method.toUpperCase(), path, item[method]));
    }
  }
  const last = ["pages", "health"];
  const order = [...groups.keys()].sort((a, b) => last.indexOf(a) - last.indexOf(b) || a.localeCompare(b));
  const main = byId("calls");
  main.replaceChildren();
  byId("groups").replaceChildren();
  for (const group of order) {
    const id = "group-" + group;
    byId("groups").append(make("li", {}, make("a", { href: "#" + id }, group)));
    main.append(make("section", {}, make("h2", { id }, group), ...groups.get(group)));
  }
  byId("about").textContent = spec.info.description.split(". ")[0] + ". Version " + spec.info.version + ".";
}

// Opens the call that the address of the page names: #post/api/v1/help
function openNamed() {
  const element = byId(decodeURIComponent(location.hash.slice(1)));
  if (!element) return;
  if (element.matches("details.call")) element.open = true;
  element.scrollIntoView();
}

function search() {
  const wanted = byId("search").value.trim().toLowerCase().split(/\s+/);
  let found = 0;
  for (const section of document.querySelectorAll("main section")) {
    let some = false;
    for (const element of section.querySelectorAll("details.call")) {
      element.hidden = !wanted.every((word) => element.words.includes(word));
      if (!element.hidden) { some = true; found += 1; }
    }
    section.hidden = !some;
  }
  byId("found").textContent = wanted[0] ? found + (found === 1 ? " call" : " calls") : "";
}

async function signIn(event) {
  event.preventDefault();
  const entries = [...new FormData(event.target)].filter(([, value]) => value);
  const refused = byId("refused");
  refused.textContent = "";
  try {
    const reply = await fetch("/api/v1/sessions", {
      method: "POST", headers: { "content-type": "application/json" }, credentials: "omit", body: JSON.stringify(Object.fromEntries(entries)),
    });
    const answer = await reply.json();
    if (!reply.ok) { refused.textContent = answer.title + "."; return; }
    token = answer.access_token;
    event.target.reset();
    byId("signed-in").textContent = answer.account.display_name + " (" + answer.account.role.replaceAll("_", " ") + "), for " + Math.round(answer.expires_in / 60) + " minutes";
  } catch (error) {
    refused.textContent = "It could not be sent: " + error.message;
  }
}

function useToken(event) {
  event.preventDefault();
  token = new FormData(event.target).get("token").trim();
  event.target.reset();
  byId("signed-in").textContent = token ? "whoever holds this token" : "nobody";
}

async function begin() {
  byId("sign-in").addEventListener("submit", signIn);
  byId("with-token").addEventListener("submit", useToken);
  byId("search").addEventListener("input", search);
  try {
    spec = await (await fetch("/api-spec/openapi.json")).json();
    show();
    openNamed();
    window.addEventListener("hashchange", openNamed);
  } catch (error) {
    byId("calls").replaceChildren(make("p", { className: "notice" }, "The description could not be read: " + error.message));
  }
}

begin();
