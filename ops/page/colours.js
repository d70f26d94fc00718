// Each member keeps its colour as long as the page is open. The colours differ for the colour-blind, too, and their order
// alternates between light and dark ones.

const HUES = ['#2a9d8f', '#7c83fd', '#e9a23b', '#3b82c4', '#b565c9', '#7fb83d', '#d9775f', '#5bb5d6', '#8d6e52', '#c95c94'];
const given = new Map();

export function colourOf(member) {
  if (!given.has(member)) given.set(member, HUES[given.size % HUES.length]);
  return given.get(member);
}
