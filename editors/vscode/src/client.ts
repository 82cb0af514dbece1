/** The language client: what is sent beyond LSP, and what is shown of what comes back. */

import * as vscode from 'vscode';
import {
	DidChangeConfigurationNotification, ExecuteCommandRequest, LanguageClient, Middleware, State,
	WorkDoneProgress,
} from 'vscode-languageclient/node';
import { newToken, ServerProgress, shownIn } from './progress';
import type { ServerStatus, Status } from './status';

const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell'];

/** Properties of the configuration that are the client's own; the server knows all others. */
const OWN = new Set(['codegen.command', 'codegen.package']);

/** A client for the server that `command` starts; it does not run yet. */
export function makeClient(
	command: readonly string[], context: vscode.ExtensionContext, status: Status,
	log: vscode.LogOutputChannel, middleware: Middleware,
): LanguageClient {
	const [program = '', ...more] = command;
	const progress = new ServerProgress();
	const client = new LanguageClient('codegen', 'codegen', { command: program, args: [...more, 'serve'] }, {
		documentSelector: SCHEMES.map(scheme => ({ scheme })),
		outputChannel: log,
		initializationOptions: () => options(context),
		middleware: {
			...middleware,
			handleWorkDoneProgress: (token, said, next) => progress.handle(client, token, said, () => next(token, said)),
		},
	});
	client.onNotification('codegen/status', (said: ServerStatus) => status.set(said));
	client.onDidChangeState(({ newState }) => {
		if (newState !== State.Running) {
			progress.clear();
			const message = newState === State.Starting ? 'the server starts' : 'the server has ended, see the log';
			status.set({ state: newState === State.Starting ? 'loading' : 'stopped', message });
		}
	});
	return client;
}

/** Tells the server the settings as they are now. */
export async function sendOptions(client: LanguageClient, context: vscode.ExtensionContext): Promise<void> {
	await client.sendNotification(DidChangeConfigurationNotification.type, { settings: options(context) });
}

/** Says whether the running server has a command. */
export function hasCommand(client: LanguageClient | undefined, command: string): boolean {
	return client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) ?? false;
}

/** Has the server carry out a command, with its progress shown and a cancel button; undefined if cancelled. */
export async function execute<T>(
	client: LanguageClient, command: string, argument: object, title: string,
): Promise<T | undefined> {
	const location = vscode.ProgressLocation.Notification;
	return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
		const workDoneToken = newToken();
		const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, shownIn(progress));
		try {
			const params = { command, arguments: [argument], workDoneToken };
			return (await client.sendRequest(ExecuteCommandRequest.type, params, token)) as T;
		} catch (error) {
			if (!token.isCancellationRequested) {
				throw error;
			}
			return undefined;
		} finally {
			listener.dispose();
		}
	});
}

/**
 * The settings that the user has set, nested as the server takes them. Defaults are left to the
 * server: the user's own `config.toml` goes before them. Workspaces set none, and nothing of one
 * that is not trusted is run.
 */
function options(context: vscode.ExtensionContext): object {
	const configuration = vscode.workspace.getConfiguration();
	const properties: object = context.extension.packageJSON.contributes.configuration.properties;
	const nested: Record<string, unknown> = {};
	for (const name of Object.keys(properties).filter(one => !OWN.has(one))) {
		const value = configuration.inspect(name)?.globalValue;
		if (value === undefined || value === null) {
			continue;
		}
		const [last = '', ...outer] = name.split('.').slice(1).reverse();
		let table = nested;
		for (const key of outer.reverse()) {
			table = (table[key] ??= {}) as Record<string, unknown>;
		}
		table[last] = value;
	}
	if (!vscode.workspace.isTrusted) {
		nested.completion = { ...nested.completion as object, run_examples: false };
	}
	return nested;
}
