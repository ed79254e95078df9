/**
 * Where a key leads in a grid of tiles; undefined for a key that leads nowhere.
 * @param index the tile that has the focus.
 * @param columns how many tiles a row has.
 */
export function tileAfter(key: string, index: number, count: number, columns: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowRight":
      return Math.min(index + 1, last);
    case "ArrowLeft":
      return Math.max(index - 1, 0);
    case "ArrowDown":
      // The last row may be short: what is below nothing leads to the end.
      return index + columns <= last ? index + columns : sameRow(index, last, columns) ? index : last;
    case "ArrowUp":
      return index - columns >= 0 ? index - columns : index;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

function sameRow(one: number, other: number, columns: number): boolean {
  return Math.floor(one / columns) === Math.floor(other / columns);
}
