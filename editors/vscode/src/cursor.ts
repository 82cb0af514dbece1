/**
 * Where the cursor stands behind an accepted suggestion.
 *
 * VS Code moves it by the code points of the text, where columns are UTF-16 units: with an emoji in it the
 * cursor would stay behind.
 */

import * as vscode from 'vscode';

const WIDE = /[\ud800-\udbff]/;

type Items = vscode.InlineCompletionItem[] | vscode.InlineCompletionList | null | undefined;

/** What an item's own command is replaced with: the place and text, then that command. */
type Given = [start: vscode.Position, text: string, then: vscode.Command | undefined];

/** Has the cursor moved once an item with such characters is accepted. */
export function withCursorBehind(items: Items): Items {
	for (const item of Array.isArray(items) ? items : items?.items ?? []) {
		if (item.range && typeof item.insertText === 'string' && WIDE.test(item.insertText)) {
			const given: Given = [item.range.start, item.insertText, item.command];
			item.command = { title: 'Accepted', command: 'codegen.moveBehind', arguments: [given] };
		}
	}
	return items;
}

/** Moves the cursor behind the text if that stands there, and does what the item would have done. */
export async function moveBehind(given?: unknown): Promise<void> {
	const [start, text, then] = given as Given;
	const editor = vscode.window.activeTextEditor;
	if (editor) {
		const { document } = editor;
		const end = document.positionAt(document.offsetAt(start) + text.length);
		if (document.getText(new vscode.Range(start, end)) === text) {
			editor.selection = new vscode.Selection(end, end);
		}
	}
	if (then) {
		await vscode.commands.executeCommand(then.command, ...(then.arguments ?? []));
	}
}
