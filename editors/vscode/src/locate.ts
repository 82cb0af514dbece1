/** Where the server is. Knows no LSP; how one is made where there is none, is in install.ts. */

import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';

const isWindows = process.platform === 'win32';
const binFolder = isWindows ? 'Scripts' : 'bin';

/** The program `name` of the virtual environment in `folder`. */
export function programIn(folder: string, name: string): string {
	return path.join(folder, binFolder, isWindows ? `${name}.exe` : name);
}

/** The virtual environment that belongs to this extension alone; it need not exist. */
export function ownEnvironment(context: vscode.ExtensionContext): string {
	return path.join(context.globalStorageUri.fsPath, 'server');
}

/**
 * The command that starts the server, or undefined where there is none: that of the setting, else
 * `codegen` of the selected Python environment, of a `.venv`, of PATH, or of the extension's own.
 *
 * A workspace that is not trusted names no program to run.
 */
export async function locate(context: vscode.ExtensionContext): Promise<string[] | undefined> {
	const configured = vscode.workspace.getConfiguration('codegen').get<string[]>('command', []);
	if (configured.length > 0) {
		return configured;
	}
	const candidates = [
		...(vscode.workspace.isTrusted ? await ofWorkspace() : []),
		...(process.env['PATH'] ?? '').split(path.delimiter).filter(path.isAbsolute)
			.map(folder => path.join(folder, isWindows ? 'codegen.exe' : 'codegen')),
		programIn(ownEnvironment(context), 'codegen'),
	];
	for (const candidate of candidates) {
		if (await isProgram(candidate)) {
			return [candidate];
		}
	}
	return undefined;
}

/** The first of `names` on PATH. */
export async function onPath(...names: string[]): Promise<string | undefined> {
	for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(path.isAbsolute)) {
		for (const name of names) {
			const candidate = path.join(folder, isWindows ? `${name}.exe` : name);
			if (await isProgram(candidate)) {
				return candidate;
			}
		}
	}
	return undefined;
}

async function ofWorkspace(): Promise<string[]> {
	const folders = vscode.workspace.workspaceFolders ?? [];
	const environments = folders.map(folder => path.join(folder.uri.fsPath, '.venv'));
	const selected = await selectedInterpreter(folders[0]?.uri);
	return [
		...(selected ? [path.join(path.dirname(selected), isWindows ? 'codegen.exe' : 'codegen')] : []),
		...environments.map(folder => programIn(folder, 'codegen')),
	];
}

/** The interpreter selected in the Python extension, else that of its setting. */
async function selectedInterpreter(folder: vscode.Uri | undefined): Promise<string | undefined> {
	const python = vscode.extensions.getExtension('ms-python.python');
	const api: unknown = python ? await python.activate() : undefined;
	const selected = (api as PythonApi | undefined)?.environments?.getActiveEnvironmentPath(folder).path;
	const setting = vscode.workspace.getConfiguration('python', folder).get<string>('defaultInterpreterPath');
	return [selected, setting].find(found => found !== undefined && path.isAbsolute(found));
}

/** What we use of the Python extension. */
interface PythonApi {
	environments?: { getActiveEnvironmentPath(folder?: vscode.Uri): { path: string } };
}

async function isProgram(file: string): Promise<boolean> {
	return access(file, constants.X_OK).then(() => true, () => false);
}
