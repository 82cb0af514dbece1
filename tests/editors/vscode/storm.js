// Random edits, undos and acceptances in one document, and after some of each a look whether the
// server has the editor's text. Runs in the extension host, see probe/extension.js; throws where the
// texts differ, and returns how much of each was done.
const { createHash } = process.getBuiltinModule('node:crypto');
let seed = values.seed;
const random = limit => (seed = (seed * 48271) % 2147483647) % limit;
const pieces = ['x', '\n', '\t', 'return ', '𠮷', 'ä', '()', '# sum\n', ' = 1\n', 'שלום'];
const document = await vscode.workspace.openTextDocument(values.path);
const editor = await vscode.window.showTextDocument(document, { preview: false });
const uri = client.code2ProtocolConverter.asUri(document.uri);
const done = { edits: 0, undos: 0, acceptances: 0, checks: 0 };

async function edit(start, end, text) {
	const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
	await editor.edit(change => change.replace(range, text));
}

async function accept() {
	const length = document.getText().length;
	await edit(length, length, '\n# sum\ndef total(a, b):\n    return ');
	const end = document.positionAt(document.getText().length);
	editor.selection = new vscode.Selection(end, end);
	const { version } = document;
	await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
	await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
	done.acceptances += document.version > version ? 1 : 0;
}

async function check(step) {
	const { version } = document;
	const sha256 = createHash('sha256').update(document.getText()).digest('hex');
	const there = await client.sendRequest('codegen/documentHash', { textDocument: { uri } });
	if (there.sha256 !== sha256 || there.version !== version) {
		throw new Error(`after step ${step}, the editor's version is ${version}, the server's ${there.version}`);
	}
	done.checks += 1;
}

for (let step = 1; step <= values.steps; step++) {
	const { length } = document.getText();
	const start = random(length + 1);
	const kind = random(10);
	if (kind < 5) {
		await edit(start, start, pieces[random(pieces.length)]);
		done.edits += 1;
	} else if (kind < 7) {
		await edit(start, Math.min(length, start + random(6)), '');
		done.edits += 1;
	} else if (kind < 9) {
		await vscode.commands.executeCommand(random(3) ? 'undo' : 'redo');
		done.undos += 1;
	} else {
		await accept();
	}
	if (step % values.every === 0) {
		await check(step);
	}
}
return done;
