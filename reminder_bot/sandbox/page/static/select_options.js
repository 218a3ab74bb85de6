// What a select or an option of a command offers, by its kind.

const STRING = 3;
const VIEW_CHANNEL = 1n << 10n;

/** The options of a select component. */
export function selectOptions(component, world) {
  if (component.type === STRING) {
    return component.options.map((option) => ({
      value: option.value,
      label: [option.emoji?.id ? "" : option.emoji?.name, option.label].filter(Boolean).join(" "),
      description: option.description,
      selected: option.default,
    }));
  }
  const lists = { 5: [people], 6: [roles], 7: [people, roles], 8: [channels] };
  const marked = new Set((component.default_values ?? []).map((value) => value.id));
  const offered = (lists[component.type] ?? []).flatMap((list) => list(world, component.channel_types));
  return offered.map((option) => ({ ...option, selected: marked.has(option.value) }));
}

export function people(world) {
  return world.membersOf(world.guildId).map((member) => ({
    value: member.user.id,
    label: member.nick ?? member.user.username,
    description: member.nick ? member.user.username : null,
    avatar: member.user,
  }));
}

export function roles(world) {
  return [...(world.guild?.roles.values() ?? [])].map((role) => ({ value: role.id, label: role.name, description: "role" }));
}

export function channels(world, kinds) {
  return [...world.channels.values()]
    .filter((channel) => channel.guild_id === world.guildId && world.may(channel.id, VIEW_CHANNEL))
    .filter((channel) => !kinds?.length || kinds.includes(channel.type))
    .map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
}
