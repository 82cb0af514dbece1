/** The status bar item: how things stand, as the server says. */

import * as vscode from 'vscode';

/** The parameters of `codegen/status`, and what is true without a server. */
export interface ServerStatus {
	state: 'stopped' | 'loading' | 'ready' | 'missing' | 'downloading' | 'failed';
	message: string;
	thinking?: boolean;
	paused?: string | null;
	percent?: number | null;
	offline?: boolean;
}

export class Status implements vscode.Disposable {
	private readonly item: vscode.StatusBarItem;
	private current: ServerStatus = { state: 'stopped', message: 'the server has not started yet' };

	constructor() {
		this.item = vscode.window.createStatusBarItem('codegen', vscode.StatusBarAlignment.Right, 100);
		this.item.name = 'codegen';
		this.item.command = 'codegen.showMenu';
		this.set(this.current);
		this.item.show();
	}

	get value(): ServerStatus {
		return this.current;
	}

	set(status: ServerStatus): void {
		this.current = status;
		const { icon, text, isError } = look(status);
		const label = text ? `codegen ${text}` : 'codegen';
		this.item.text = `$(${icon}) ${label}`;
		this.item.accessibilityInformation = { label: `${label}: ${status.message}`, role: 'button' };
		this.item.tooltip = `codegen: ${status.paused ?? status.message}\nClick for the menu.`;
		this.item.backgroundColor = isError
			? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
	}

	dispose(): void {
		this.item.dispose();
	}
}

function look(status: ServerStatus): { icon: string; text: string; isError?: boolean } {
	switch (status.state) {
		case 'ready':
			if (status.paused) {
				return { icon: 'circle-slash', text: 'paused' };
			}
			return { icon: status.thinking ? 'loading~spin' : 'sparkle', text: '' };
		case 'loading':
			return { icon: 'loading~spin', text: 'loading' };
		case 'downloading':
			return { icon: 'cloud-download', text: status.percent == null ? 'downloading' : `${status.percent} %` };
		case 'missing':
			return status.offline
				? { icon: 'debug-disconnect', text: 'offline, no model' }
				: { icon: 'cloud-download', text: 'no model' };
		case 'failed':
			return { icon: 'error', text: 'failed', isError: true };
		case 'stopped':
			return { icon: 'debug-stop', text: 'stopped' };
	}
}
