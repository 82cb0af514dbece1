/** Progress of the server's work: a notification with a button that cancels it. */

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import {
	LanguageClient, ProgressToken, WorkDoneProgressBegin, WorkDoneProgressCancelNotification, WorkDoneProgressEnd,
	WorkDoneProgressReport,
} from 'vscode-languageclient/node';

type Said = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

const ASKED = 'asked:';

/** A token for progress that whoever asks for the work shows. */
export function newToken(): string {
	return `${ASKED}${randomUUID()}`;
}

/** Shows in `progress` what the server says; its percentages count from 0, those of VS Code add up. */
export function shownIn(progress: vscode.Progress<{ message?: string; increment?: number }>): (said: Said) => void {
	let done = 0;
	return said => {
		if (said.kind !== 'end') {
			const increment = Math.max(0, (said.percentage ?? done) - done);
			done += increment;
			progress.report({ ...(said.message && { message: said.message }), increment });
		}
	};
}

/** What the server begins by itself, which the client library would show without a way to cancel it. */
export class ServerProgress {
	private readonly open = new Map<ProgressToken, { show: (said: Said) => void; end: () => void }>();

	/** Takes what is said of a piece of work, or leaves it to `next`. */
	handle(client: LanguageClient, token: ProgressToken, said: Said, next: () => void): void {
		if (String(token).startsWith(ASKED)) {
			next();
		} else if (said.kind === 'begin') {
			this.begin(client, token, said);
		} else if (said.kind === 'report') {
			this.open.get(token)?.show(said);
		} else {
			this.open.get(token)?.end();
			this.open.delete(token);
		}
	}

	/** Takes all of it away, as when the server has ended. */
	clear(): void {
		this.open.forEach(each => each.end());
		this.open.clear();
	}

	private begin(client: LanguageClient, token: ProgressToken, { title, cancellable }: WorkDoneProgressBegin): void {
		const location = vscode.ProgressLocation.Notification;
		const options = { location, title: `codegen: ${title}`, cancellable: cancellable ?? false };
		void vscode.window.withProgress(options, (progress, cancelled) => new Promise<void>(end => {
			cancelled.onCancellationRequested(() => client.sendNotification(WorkDoneProgressCancelNotification.type, { token }));
			this.open.set(token, { show: shownIn(progress), end });
		}));
	}
}
