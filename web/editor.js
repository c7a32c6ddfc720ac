// The editor for queries: it takes the place of the field for text, which stays for browsers without scripts.

import { autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.atom, tags.number], color: "var(--code-value)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.comment], color: "var(--faint)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.9rem", backgroundColor: "var(--box)", color: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)", padding: ".6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line-lit)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-tooltip": { backgroundColor: "var(--back)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--back)" },
  ".cm-matchingBracket": { backgroundColor: "var(--selection)" },
});

// Terms of the vocabulary, and variables that the query has already.
function offers(terms) {
  const known = Object.entries(terms).map(([label, detail]) => ({ label, detail, type: "property" }));
  return (context) => {
    const word = context.matchBefore(/[?$]\w*|\w*:[\w-]*|\w+/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (/^[?$]/.test(word.text)) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
      names.delete(word.text);
      return { from: word.from, options: [...names].map((label) => ({ label, type: "variable" })) };
    }
    return { from: word.from, options: known, validFor: /^[\w:-]*$/ };
  };
}

for (const field of document.querySelectorAll("textarea[data-terms]")) {
  const submit = () => {
    field.form.requestSubmit();
    return true;
  };
  // Otherwise Tab would lead to the list of words on offer, which browsers let people scroll by keys.
  const leave = (view) => closeCompletion(view) && false;
  const view = new EditorView({
    doc: field.value,
    extensions: [
      keymap.of([{ key: "Mod-Enter", run: submit }]),
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      autocompletion({ icons: false, override: [offers(JSON.parse(field.dataset.terms))] }),
      StreamLanguage.define(sparql),
      syntaxHighlighting(colours),
      look,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": field.getAttribute("aria-label"), "aria-describedby": "editor-keys" }),
      EditorState.tabSize.of(2),
      // Tab leaves the editor, so that nobody with a keyboard alone is caught in it.
      keymap.of([{ key: "Tab", run: leave }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) field.value = update.state.doc.toString();
      }),
    ],
  });
  field.before(view.dom);
  field.hidden = true;
}
