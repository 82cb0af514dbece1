/** What a user can ask for: each command names one request of the server and shows its answer. */

import * as vscode from 'vscode';
import { LanguageClient, WorkspaceEdit } from 'vscode-languageclient/node';
import { execute } from './client';
import type { Preview } from './preview';

/** The arguments of a command that is about a place in a document. */
interface Place {
	uri: string;
	position: { line: number; character: number };
}

/** The cursor, or the place that a code action names. */
function place(client: LanguageClient, given: unknown): Place {
	if (given !== undefined) {
		return given as Place;
	}
	const { document, selection } = editor();
	return {
		uri: client.code2ProtocolConverter.asUri(document.uri),
		position: client.code2ProtocolConverter.asPosition(selection.active),
	};
}

function editor(): vscode.TextEditor {
	if (!vscode.window.activeTextEditor) {
		throw new Error('open a file first');
	}
	return vscode.window.activeTextEditor;
}

/** Reviews what is not committed, or the selected lines; findings come as diagnostics. */
export async function review(client: LanguageClient, onlySelection: boolean): Promise<void> {
	const active = onlySelection ? editor() : vscode.window.activeTextEditor;
	const uri = active?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	if (uri === undefined) {
		throw new Error('open a file or a folder first');
	}
	const argument = {
		uri: client.code2ProtocolConverter.asUri(uri),
		...(onlySelection && active && { range: client.code2ProtocolConverter.asRange(active.selection) }),
	};
	if (!onlySelection) {
		await vscode.workspace.saveAll(); // what lies on disk is reviewed
	}
	const found = await execute<{ findings: number; incomplete: string[] }>(
		client, 'codegen.review', argument, 'codegen review');
	if (found === undefined) {
		return;
	}
	const count = found.findings === 1 ? '1 finding' : `${found.findings || 'no'} findings`;
	const message = `codegen: ${count}${found.incomplete.length ? `; incomplete: ${found.incomplete.join('; ')}` : ''}`;
	if (found.findings > 0) {
		await vscode.commands.executeCommand('workbench.actions.view.problems');
	}
	void vscode.window.showInformationMessage(message);
}

/** Writes the docstring at a place and offers it as a diff. */
export async function docstring(client: LanguageClient, preview: Preview, given?: unknown): Promise<void> {
	const argument = { ...place(client, given), preview: true };
	const written = await execute<{ edit?: WorkspaceEdit }>(
		client, 'codegen.docstring', argument, 'codegen docstring');
	if (written?.edit) {
		await preview.offer(client, written.edit, 'Docstring by codegen', 'Apply this docstring?');
	}
}

/** Makes the test at a place pass, and offers the change as a diff. */
export async function fix(client: LanguageClient, preview: Preview, given?: unknown): Promise<void> {
	if (!vscode.workspace.isTrusted) {
		throw new Error('tests are not run in a workspace that you have not trusted');
	}
	await vscode.workspace.saveAll(); // what lies on disk is tested
	const fixed = await execute<{ edit?: WorkspaceEdit | null; certificate?: string }>(
		client, 'codegen.fix', place(client, given), 'codegen fix');
	if (fixed === undefined) {
		return;
	}
	if (fixed.edit) {
		const question = fixed.certificate ?? 'Apply this fix?';
		await preview.offer(client, fixed.edit, 'Fix by codegen', question);
	} else {
		void vscode.window.showInformationMessage(`codegen: ${fixed.certificate ?? 'no verified fix found'}`);
	}
}

/** Tells how the last answer at the cursor came about. */
export async function why(client: LanguageClient, preview: Preview): Promise<void> {
	const { uri, position } = place(client, undefined);
	const told = await client.sendRequest<{ explanation: string[] } | null>(
		'codegen/why', { textDocument: { uri }, position });
	const text = told ? told.explanation.join('\n\n') : 'Nothing was suggested in this line lately.';
	await preview.showText('codegen: why', `${text}\n`);
}

/** Looks at everything the product stands on. */
export async function doctor(client: LanguageClient, preview: Preview): Promise<void> {
	const told = await execute<{ text: string }>(client, 'codegen.doctor', {}, 'codegen doctor');
	if (told) {
		await preview.showText('codegen: doctor', told.text);
	}
}

/** Shows what became of suggestions. */
export async function stats(client: LanguageClient): Promise<void> {
	const told = await execute<{ html: string }>(client, 'codegen.stats', {}, 'codegen stats');
	if (told) {
		const panel = vscode.window.createWebviewPanel(
			'codegen.stats', 'codegen: stats', vscode.ViewColumn.Active, { enableScripts: false, localResourceRoots: [] });
		panel.webview.html = told.html;
	}
}

/** Chooses a model among those the server knows; it offers to fetch one that is missing. */
export async function chooseModel(client: LanguageClient): Promise<void> {
	interface Model { name: string; size: string; licence: string; isHere: boolean; isChosen: boolean }
	const models = await execute<Model[]>(client, 'codegen.models', {}, 'codegen models') ?? [];
	const entries = models.map(model => ({
		label: model.name,
		description: `${model.size}, ${model.licence}, ${model.isHere ? 'on this machine' : 'not fetched yet'}`,
		iconPath: new vscode.ThemeIcon(model.isChosen ? 'check' : model.isHere ? 'database' : 'cloud-download'),
	}));
	const chosen = await vscode.window.showQuickPick(entries, { title: 'Model of codegen' });
	if (chosen) {
		await vscode.workspace.getConfiguration('codegen')
			.update('model.name', chosen.label, vscode.ConfigurationTarget.Global);
	}
}

/** Has the server fetch its model; it shows the progress itself. */
export async function download(client: LanguageClient): Promise<void> {
	await execute(client, 'codegen.downloadModel', {}, 'codegen download');
}

/** Switches suggestions for good: everywhere, or for the language of the active editor. */
export async function toggle(onlyLanguage: boolean): Promise<void> {
	const configuration = vscode.workspace.getConfiguration('codegen.completion');
	const target = vscode.ConfigurationTarget.Global;
	if (!onlyLanguage) {
		await configuration.update('enabled', !configuration.get('enabled', true), target);
		return;
	}
	const language = editor().document.languageId;
	const disabled = configuration.get<string[]>('disabled_languages', []);
	const others = disabled.filter(one => one !== language);
	await configuration.update(
		'disabled_languages', others.length < disabled.length ? others : [...disabled, language], target);
}

/** Pauses suggestions for a while. */
export async function snooze(client: LanguageClient): Promise<void> {
	const entries = [5, 15, 60].map(minutes => ({ label: `${minutes} minutes`, seconds: minutes * 60 }));
	const chosen = await vscode.window.showQuickPick(
		[...entries, { label: 'End the pause', seconds: 0 }], { title: 'Pause codegen for' });
	if (chosen) {
		await client.sendRequest('workspace/executeCommand', {
			command: 'codegen.snooze', arguments: [{ seconds: chosen.seconds }],
		});
	}
}

/** Asks for a suggestion at the cursor, whatever is shown. */
export async function completeNow(): Promise<void> {
	await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
	await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}
