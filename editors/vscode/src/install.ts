/** A server of the extension's own: a virtual environment in its storage, made if the user agrees. */

import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { onPath, ownEnvironment, programIn } from './locate';

const INSTALL = 'Install';
const HELP = 'How to Install by Hand';

/** Offers to install a server, and says whether there is one now. */
export async function offerInstall(
	context: vscode.ExtensionContext, log: vscode.LogOutputChannel,
): Promise<boolean> {
	const question = 'codegen needs its language server. Install it into a private Python environment? '
		+ 'Nothing else is changed. The first time, llama.cpp is built for this processor, which takes some minutes.';
	const answer = await vscode.window.showInformationMessage(question, INSTALL, HELP);
	if (answer === HELP) {
		const readme = vscode.Uri.joinPath(context.extensionUri, 'README.md');
		await vscode.commands.executeCommand('markdown.showPreview', readme);
	}
	return answer === INSTALL && install(context, log);
}

/** Installs a server with a progress notification, and says whether that was done. */
export async function install(
	context: vscode.ExtensionContext, log: vscode.LogOutputChannel,
): Promise<boolean> {
	const folder = ownEnvironment(context);
	const requirement = vscode.workspace.getConfiguration('codegen').get<string>('package', '');
	const title = 'Installing the codegen language server';
	const location = vscode.ProgressLocation.Notification;
	return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
		const run = (program: string, ...more: string[]): Promise<void> =>
			execute(program, more, token, line => {
				log.info(line);
				progress.report({ message: line });
			});
		try {
			const python = await onPath('python3', 'python');
			if (python === undefined) {
				throw new Error('there is no python3 on PATH: install Python 3.11 or newer');
			}
			await rm(folder, { recursive: true, force: true });
			await mkdir(path.dirname(folder), { recursive: true });
			await run(python, '-m', 'venv', folder);
			await run(programIn(folder, 'python'), '-m', 'pip', 'install', '--disable-pip-version-check', requirement);
			return true;
		} catch (error) {
			await rm(folder, { recursive: true, force: true });
			if (!token.isCancellationRequested) {
				void vscode.window.showErrorMessage(`codegen: the server was not installed: ${(error as Error).message}`);
			}
			return false;
		}
	});
}

/** Runs a program without a shell; `token` ends it. Rejects with the last line it wrote. */
function execute(
	program: string, more: string[], token: vscode.CancellationToken, onLine: (line: string) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, more, { stdio: ['ignore', 'pipe', 'pipe'] });
		const cancel = token.onCancellationRequested(() => child.kill());
		let last = `${program} failed`;
		const hear = (data: Buffer): void => {
			for (const line of data.toString().split(/\r?\n/).filter(text => text.trim())) {
				last = line.trim();
				onLine(last);
			}
		};
		child.stdout.on('data', hear);
		child.stderr.on('data', hear);
		child.on('error', reject);
		child.on('close', code => {
			cancel.dispose();
			if (code === 0) {
				resolve();
			} else {
				reject(new Error(last));
			}
		});
	});
}
