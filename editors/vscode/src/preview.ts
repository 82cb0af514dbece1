/** Edits of the server shown as a diff, to be applied or discarded; nothing is changed before. */

import * as vscode from 'vscode';
import { LanguageClient, WorkspaceEdit } from 'vscode-languageclient/node';

const SCHEME = 'codegen-preview';
const APPLY = 'Apply';
const DISCARD = 'Discard';

/** Texts that only this session knows: right sides of diffs, reports. */
export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
	private readonly texts = new Map<string, string>();
	private readonly registration: vscode.Disposable;
	private decide: ((isApplied: boolean) => void) | undefined;
	private count = 0;

	constructor() {
		this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
	}

	provideTextDocumentContent(uri: vscode.Uri): string {
		return this.texts.get(uri.toString()) ?? '';
	}

	dispose(): void {
		this.registration.dispose();
	}

	/** Shows a text to read. */
	async showText(name: string, text: string): Promise<void> {
		const document = await vscode.workspace.openTextDocument(this.put(name, text));
		await vscode.window.showTextDocument(document, { preview: true });
	}

	/** Answers the diff that is open. */
	answer(isApplied: boolean): void {
		this.decide?.(isApplied);
	}

	/** Shows what `edit` would do, applies it if the user says so, and says whether it was applied. */
	async offer(client: LanguageClient, edit: WorkspaceEdit, title: string, question: string): Promise<boolean> {
		const wanted = await client.protocol2CodeConverter.asWorkspaceEdit(edit);
		const files: { uri: vscode.Uri; before: string; after: vscode.Uri }[] = [];
		for (const [uri, edits] of wanted.entries()) {
			const document = await vscode.workspace.openTextDocument(uri);
			const after = this.put(uri.path, edited(document, edits));
			files.push({ uri, before: document.getText(), after });
		}
		const [first] = files;
		if (first === undefined) {
			return false;
		}
		await (files.length === 1
			? vscode.commands.executeCommand('vscode.diff', first.uri, first.after, title)
			: vscode.commands.executeCommand('vscode.changes', title, files.map(file => [file.uri, file.uri, file.after])));
		const isApplied = await this.ask(title, question);
		await closeTabs(title);
		for (const file of files) {
			this.texts.delete(file.after.toString());
		}
		if (!isApplied) {
			return false;
		}
		for (const file of files) {
			const document = await vscode.workspace.openTextDocument(file.uri);
			if (document.getText() !== file.before) {
				throw new Error(`${vscode.workspace.asRelativePath(file.uri)} has changed meanwhile: ask again`);
			}
		}
		const isDone = await vscode.workspace.applyEdit(wanted);
		await vscode.window.showTextDocument(first.uri, { preview: false }); // changed, and not saved yet
		return isDone;
	}

	/** Waits for a button of the notification or of the diff; closing the diff discards. */
	private async ask(title: string, question: string): Promise<boolean> {
		this.answer(false);
		return new Promise<boolean>(resolve => {
			const closed = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
				if (closed.some(tab => tab.label.startsWith(title))) {
					this.answer(false);
				}
			});
			this.decide = isApplied => {
				this.decide = undefined;
				closed.dispose();
				resolve(isApplied);
			};
			const decide = this.decide;
			void vscode.window.showInformationMessage(question, APPLY, DISCARD).then(button => {
				if (button !== undefined) {
					decide(button === APPLY);
				}
			});
		});
	}

	private put(path: string, text: string): vscode.Uri {
		const uri = vscode.Uri.from({ scheme: SCHEME, path: path.startsWith('/') ? path : `/${path}`, query: `${++this.count}` });
		this.texts.set(uri.toString(), text);
		return uri;
	}
}

function edited(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
	const fromTheEnd = [...edits].sort((one, other) => other.range.start.compareTo(one.range.start));
	let text = document.getText();
	for (const edit of fromTheEnd) {
		const start = document.offsetAt(edit.range.start);
		text = text.slice(0, start) + edit.newText + text.slice(document.offsetAt(edit.range.end));
	}
	return text;
}

async function closeTabs(title: string): Promise<void> {
	const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
	await vscode.window.tabGroups.close(tabs.filter(tab => tab.label.startsWith(title)));
}
