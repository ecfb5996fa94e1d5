// Whether a text is a table, as it is pasted from a spreadsheet or a CSV file. The server decides
// what is in it; here it only matters where the text goes.

const SEPARATORS = ["\t", ";", ","];
const HEADING_AND_ROW = 2; // lines

/** Every line that is not empty has the same separator, and there are at least two. */
export function isTable(text: string): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  return lines.length >= HEADING_AND_ROW && SEPARATORS.some((separator) => lines.every((line) => line.includes(separator)));
}
