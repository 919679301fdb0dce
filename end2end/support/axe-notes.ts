// What axe cannot decide by itself, and why it is right all the same. Whatever has no note fails the test.

type Note = { rule: string; element: RegExp; reason: string };

const NOTES: Note[] = [
  {
    rule: 'label-content-name-mismatch',
    element: /^<button class="avatar"/,
    reason: 'What is seen is an initial, not a label: nobody says “A” to a computer, and the name says whose account it is.',
  },
];

/** Whether there is a note about what a rule leaves undecided of an element. */
export const noted = (rule: string, html: string): boolean => NOTES.some((note) => note.rule === rule && note.element.test(html));
