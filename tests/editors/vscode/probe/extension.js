// Runs what a test sends in the extension host: the body of an async function of `vscode`, the
// language client of codegen, and the test's own values; answers with JSON.
'use strict';

const { rmSync } = require('node:fs');
const { createServer } = require('node:http');
const vscode = require('vscode');

const AsyncFunction = (async () => {}).constructor;

async function run(message) {
	const { code, values } = JSON.parse(message);
	const codegen = vscode.extensions.getExtension('codegen-lsp.codegen');
	const client = codegen?.isActive ? codegen.exports.client() : undefined;
	return new AsyncFunction('vscode', 'client', 'values', code)(vscode, client, values);
}

exports.activate = context => {
	const server = createServer(async (request, response) => {
		const chunks = [];
		for await (const chunk of request) {
			chunks.push(chunk);
		}
		try {
			const result = await run(Buffer.concat(chunks).toString());
			response.end(JSON.stringify({ result: result ?? null }));
		} catch (error) {
			response.end(JSON.stringify({ error: `${error?.stack ?? error}` }));
		}
	});
	rmSync(process.env.CODEGEN_PROBE_SOCKET, { force: true }); // of an extension host that has gone
	server.listen(process.env.CODEGEN_PROBE_SOCKET);
	context.subscriptions.push({ dispose: () => server.close() });
};
