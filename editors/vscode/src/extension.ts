/** What VS Code calls: finds the server, keeps it running, and registers every command. */

import * as vscode from 'vscode';
import { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { hasCommand, makeClient, sendOptions } from './client';
import * as commands from './commands';
import { moveBehind, withCursorBehind } from './cursor';
import { hearFirstKey } from './firstKey';
import { install, offerInstall } from './install';
import { locate } from './locate';
import { Preview } from './preview';
import { Status } from './status';

let session: Session | undefined;

/** Starts everything; other extensions get the language client, while there is one. */
export async function activate(context: vscode.ExtensionContext): Promise<{ client(): LanguageClient | undefined }> {
	session = new Session(context);
	context.subscriptions.push(session.status, session.preview, session.log, hearFirstKey());
	session.register();
	void session.start();
	await welcome(context);
	return { client: () => session?.client };
}

export async function deactivate(): Promise<void> {
	await session?.stop();
}

class Session {
	readonly log = vscode.window.createOutputChannel('codegen', { log: true });
	readonly status = new Status();
	readonly preview = new Preview();
	client: LanguageClient | undefined;

	constructor(private readonly context: vscode.ExtensionContext) {}

	/** Starts the server, and offers to install one where there is none. */
	async start(): Promise<void> {
		await this.stop();
		const command = await locate(this.context);
		if (command === undefined) {
			this.status.set({ state: 'stopped', message: 'there is no server; the menu installs one' });
			if (await offerInstall(this.context, this.log)) {
				await this.start();
			}
			return;
		}
		this.log.info(`the server is ${command.join(' ')}`);
		this.client = makeClient(command, this.context, this.status, this.log, this.middleware());
		try {
			await this.client.start();
		} catch (error) {
			this.status.set({ state: 'failed', message: `the server did not start: ${(error as Error).message}` });
		}
	}

	async stop(): Promise<void> {
		const client = this.client;
		this.client = undefined;
		await client?.dispose();
	}

	register(): void {
		const { preview } = this;
		const inServer = (work: (client: LanguageClient, given?: unknown) => Promise<void>) =>
			async (given?: unknown): Promise<void> => {
				if (this.client?.isRunning()) {
					await work(this.client, given);
				} else {
					throw new Error(`the server does not run: ${this.status.value.message}`);
				}
			};
		const all: Record<string, (given?: unknown) => Promise<void> | void> = {
			showMenu: () => this.showMenu(),
			completeNow: commands.completeNow,
			toggleSuggestions: () => commands.toggle(false),
			toggleLanguage: () => commands.toggle(true),
			snoozeSuggestions: inServer(commands.snooze),
			reviewChanges: inServer(client => commands.review(client, false)),
			reviewSelection: inServer(client => commands.review(client, true)),
			writeDocstring: inServer((client, given) => commands.docstring(client, preview, given)),
			fixTest: inServer((client, given) => commands.fix(client, preview, given)),
			explain: inServer(client => commands.why(client, preview)),
			showStats: inServer(commands.stats),
			runDoctor: inServer(client => commands.doctor(client, preview)),
			chooseModel: inServer(commands.chooseModel),
			fetchModel: inServer(commands.download),
			showLog: () => this.log.show(),
			installServer: async () => {
				if (await install(this.context, this.log)) {
					await this.start();
				}
			},
			restartServer: () => this.start(),
			moveBehind,
			applyPreview: () => preview.answer(true),
			discardPreview: () => preview.answer(false),
		};
		for (const [name, run] of Object.entries(all)) {
			this.context.subscriptions.push(vscode.commands.registerCommand(`codegen.${name}`, run));
		}
		this.context.subscriptions.push(
			vscode.workspace.onDidChangeConfiguration(async change => {
				if (change.affectsConfiguration('codegen.command')) {
					await this.start();
				} else if (change.affectsConfiguration('codegen') && this.client?.isRunning()) {
					await sendOptions(this.client, this.context);
				}
			}),
			vscode.workspace.onDidGrantWorkspaceTrust(async () => {
				if (this.client === undefined) {
					await this.start();
				} else if (this.client.isRunning()) {
					await sendOptions(this.client, this.context);
				}
			}),
		);
	}

	private middleware(): Middleware {
		return {
			// Several cursors are no place for a suggestion that was made for one of them.
			provideInlineCompletionItems: async (document, position, context, token, next) => {
				const isAutomatic = context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
				const active = vscode.window.activeTextEditor;
				const isQuiet = isAutomatic && active?.document === document && active.selections.length > 1;
				return isQuiet ? [] : withCursorBehind(await next(document, position, context, token));
			},
			// Code actions of the server whose result is to be looked at first.
			executeCommand: async (command, given, next) => {
				if (command === 'codegen.docstring') {
					return vscode.commands.executeCommand('codegen.writeDocstring', given[0]);
				}
				if (command === 'codegen.fix') {
					return vscode.commands.executeCommand('codegen.fixTest', given[0]);
				}
				return next(command, given);
			},
		};
	}

	private async showMenu(): Promise<void> {
		const { state, message, paused } = this.status.value;
		const entry = (label: string, command: string, isOffered = true) => ({ label, command, isOffered });
		const isRunning = this.client?.isRunning() ?? false;
		const canFix = vscode.workspace.isTrusted && hasCommand(this.client, 'codegen.fix');
		const entries = [
			entry('$(cloud-download) Fetch the model', 'codegen.fetchModel', isRunning && state === 'missing'),
			entry('$(desktop-download) Install the server', 'codegen.installServer', this.client === undefined),
			entry('$(debug-restart) Start the server anew', 'codegen.restartServer', !isRunning || state === 'failed'),
			entry('$(circle-slash) Suggestions on or off', 'codegen.toggleSuggestions'),
			entry('$(code) Suggestions on or off in this language', 'codegen.toggleLanguage'),
			entry('$(clock) Pause suggestions', 'codegen.snoozeSuggestions', isRunning),
			entry('$(git-pull-request) Review changes', 'codegen.reviewChanges', isRunning),
			entry('$(book) Write docstring', 'codegen.writeDocstring', isRunning),
			entry('$(beaker) Fix this test', 'codegen.fixTest', isRunning && canFix),
			entry('$(question) Why this suggestion, or none?', 'codegen.explain', isRunning),
			entry('$(graph) Stats', 'codegen.showStats', isRunning),
			entry('$(pulse) Doctor', 'codegen.runDoctor', isRunning),
			entry('$(database) Choose model', 'codegen.chooseModel', isRunning),
			entry('$(output) Log', 'codegen.showLog'),
		];
		const offered = entries.filter(one => one.isOffered);
		const chosen = await vscode.window.showQuickPick(offered, { title: `codegen: ${paused ?? message}` });
		if (chosen) {
			await vscode.commands.executeCommand(chosen.command);
		}
	}
}

/** Opens the walkthrough on the very first start, unless the user is at work already. */
async function welcome(context: vscode.ExtensionContext): Promise<void> {
	if (context.globalState.get('welcomed')) {
		return;
	}
	await context.globalState.update('welcomed', true);
	if (vscode.window.activeTextEditor === undefined) {
		await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false);
	}
}
