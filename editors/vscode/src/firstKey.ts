/** The first key in an editor, which VS Code may not hear. */

import * as vscode from 'vscode';

/**
 * Has VS Code ask for suggestions after the first text that is typed in an editor.
 *
 * What listens to keys for this purpose is made when the window is idle, up to five seconds after
 * the editor: nothing would be asked for what was typed before. Where it listens, this asks nothing.
 */
export function hearFirstKey(): vscode.Disposable {
	const heard = new WeakSet<vscode.TextEditor>();
	return vscode.workspace.onDidChangeTextDocument(async ({ document, contentChanges, reason }) => {
		const editor = vscode.window.activeTextEditor;
		const isTyped = reason === undefined && contentChanges.some(change => change.text !== '');
		if (!isTyped || editor?.document !== document || heard.has(editor)) {
			return;
		}
		heard.add(editor);
		if (vscode.workspace.getConfiguration('editor', document).get('inlineSuggest.enabled')) {
			await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger', { explicit: false });
		}
	});
}
