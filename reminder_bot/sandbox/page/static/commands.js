// The bot's slash commands as they are typed: subcommands flattened, options in order.

const SLASH = 1;
const SUBCOMMAND = 1;
const GROUP = 2;

export const OPTION = { STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11 };

/** Every slash command that may be used here, by its whole name: {name, key, description, options}. */
export function flatCommands(world) {
  return world
    .usableCommands(SLASH)
    .flatMap((command) => flat(command, "", ""))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function flat(command, prefix, keyPrefix) {
  const name = prefix + command.name;
  const key = keyPrefix + command.key;
  const options = command.options ?? [];
  const inner = options.filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (inner.length) return inner.flatMap((option) => flat(option, `${name} `, `${key} `));
  return [{ name, key, description: command.description, options }];
}

/** What a person may type for an option, in a few words. */
export function optionHint(option) {
  const bounds = [];
  if (option.min_value !== undefined) bounds.push(`at least ${option.min_value}`);
  if (option.max_value !== undefined) bounds.push(`at most ${option.max_value}`);
  if (option.min_length !== undefined) bounds.push(`at least ${option.min_length} characters`);
  if (option.max_length !== undefined) bounds.push(`at most ${option.max_length} characters`);
  return [option.description, bounds.join(", ")].filter(Boolean).join(" · ");
}

/** Read what was typed into an option without choosing; undefined when it cannot be one. */
export function readOption(option, text) {
  const typed = text.trim();
  if (option.choices?.length) return option.choices.find((choice) => choice.name.toLowerCase() === typed.toLowerCase())?.value;
  if (option.type === OPTION.STRING) return isWithin(typed.length, option.min_length, option.max_length) ? typed : undefined;
  if (option.type === OPTION.BOOLEAN) return { true: true, false: false }[typed.toLowerCase()];
  const isNumber = option.type === OPTION.INTEGER ? /^-?\d+$/u.test(typed) : option.type === OPTION.NUMBER && typed !== "";
  if (!isNumber || !Number.isFinite(Number(typed))) return undefined;
  return isWithin(Number(typed), option.min_value, option.max_value) ? Number(typed) : undefined;
}

function isWithin(value, least, most) {
  return value >= (least ?? -Infinity) && value <= (most ?? Infinity);
}
