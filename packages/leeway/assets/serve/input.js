// The form of an example, by the kind of data that the model has.

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {"number" | "written" | "date" | "clock" | "category"} type
 * @property {string | number | null} example
 * @property {(string | null)[]} [categories]
 */

/**
 * What the page is told of its model.
 * @typedef {object} ServedModel
 * @property {string} name
 * @property {"table" | "text" | "image" | "embedding"} kind
 * @property {string[]} classNames
 * @property {number[]} shares of the classes in the training data, sum 1
 * @property {{ fields?: Field[], example?: number[] }} form
 */

/**
 * The body of a request, and its content type.
 * @typedef {{ type: string, body: string | File }} Example
 */

/**
 * Fills the form, and reads it.
 *
 * @param {ServedModel} model
 * @param {HTMLElement} form
 * @param {() => void} onChange called whenever the example is another
 * @returns {{ read(): Example | undefined }} undefined where nothing is there to predict
 */
export function exampleInput(model, form, onChange) {
  form.addEventListener("input", onChange);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onChange();
  });
  switch (model.kind) {
    case "table":
      return rowInput(model.form.fields ?? [], form, onChange);
    case "text":
      return textInput(form);
    case "embedding":
      return vectorInput(model.form.example ?? [], form);
    case "image":
      return imageInput(form, onChange);
  }
}

/**
 * A field for each column, filled with a typical row.
 *
 * @param {Field[]} fields
 * @param {HTMLElement} form
 * @param {() => void} onChange
 */
function rowInput(fields, form, onChange) {
  const controls = fields.map((field, i) => {
    const control = controlOf(field, `field-${i}`);
    form.append(labelled(field.name, control));
    return control;
  });
  const fill = () => {
    for (const [i, { example }] of fields.entries()) {
      const control = controls[i];
      if (control !== undefined) control.value = example === null ? "" : String(example);
    }
  };
  fill();
  const reset = made("button", { type: "button", textContent: "Typical row" });
  reset.addEventListener("click", () => {
    fill();
    onChange();
  });
  form.append(reset);
  /** @param {Field} field @param {string} text */
  const valueOf = ({ type }, text) => (text === "" ? null : type === "number" ? Number(text) : text);
  const read = () => {
    const row = fields.map((field, i) => [field.name, valueOf(field, controls[i]?.value ?? "")]);
    return { type: "application/json", body: JSON.stringify(Object.fromEntries(row)) };
  };
  return { read };
}

/** More categories than a list shows well. */
const maxChoices = 100;

/** @param {Field} field @param {string} id */
function controlOf({ type, example, categories = [] }, id) {
  if (type === "category" && categories.length <= maxChoices) return choice(categories, id);
  if (type === "number") return made("input", { id, type: "number", step: "any" });
  const isDay = type === "date" && /^\d{4}-\d\d-\d\d$/.test(String(example));
  return made("input", { id, type: isDay ? "date" : "text", spellcheck: false, autocomplete: "off" });
}

/** @param {(string | null)[]} categories @param {string} id */
function choice(categories, id) {
  const select = made("select", { id });
  for (const name of categories) if (name !== null) select.append(new Option(name, name));
  select.append(new Option("(missing)", ""));
  return select;
}

/** @param {HTMLElement} form */
function textInput(form) {
  const area = made("textarea", { id: "text", rows: 8 });
  form.append(labelled("Text", area));
  area.focus();
  return { read: () => (area.value.trim() === "" ? undefined : { type: "text/plain", body: area.value }) };
}

/** @param {number[]} example @param {HTMLElement} form */
function vectorInput(example, form) {
  const area = made("textarea", { id: "vector", rows: 10, spellcheck: false });
  area.value = `[${example.join(", ")}]`;
  form.append(labelled(`Vector of ${example.length} numbers`, area));
  return { read: () => ({ type: "application/json", body: area.value }) };
}

/** An image that is chosen, dropped or pasted. @param {HTMLElement} form @param {() => void} onChange */
function imageInput(form, onChange) {
  const picker = made("input", { id: "image", type: "file", accept: "image/*" });
  const preview = made("img", { alt: "The image that is predicted", hidden: true });
  const zone = labelled("Choose an image, drop it here, or paste it", picker);
  zone.className = "drop";
  zone.append(preview);
  form.append(zone);
  /** @type {File | undefined} */
  let image;
  /** @param {FileList | null | undefined} files */
  const take = (files) => {
    const [file] = files ?? [];
    if (file === undefined) return;
    image = file;
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.hidden = false;
    onChange();
  };
  // Before the form hears of it, which asks for what is chosen.
  picker.addEventListener("input", () => take(picker.files));
  document.addEventListener("paste", (event) => take(event.clipboardData?.files));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  return { read: () => image && { type: image.type || "image/unknown", body: image } };
}

/** @param {string} text @param {HTMLElement} control */
function labelled(text, control) {
  const label = made("label", { htmlFor: control.id });
  label.append(made("span", { textContent: text }), control);
  return label;
}

/**
 * An element with its properties.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean>} properties
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function made(tag, properties) {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  return element;
}
