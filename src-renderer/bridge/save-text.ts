/** How long the browser may take to read it. */
const READ_MS = 60_000;

/** Has the person choose where a text is saved. @param name what the file is called at first */
export function saveText(
  text: string,
  { name, type }: { readonly name: string; readonly type: string },
): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), READ_MS);
}
