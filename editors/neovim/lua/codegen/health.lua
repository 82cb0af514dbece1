--- `:checkhealth codegen`: what `codegen doctor` says, and how the server is doing.
local client = require('codegen.client')
local config = require('codegen.config')
local status = require('codegen.status')

local M = {}

local health = vim.health
local REPORTS = { ok = health.ok, warning = health.warn, problem = health.error }

local function check_program()
  -- The command that starts the server, with another verb.
  local command = vim.list_extend({}, config.get().cmd)
  command[vim.fn.index(command, 'serve') + 1] = 'doctor'
  vim.list_extend(command, { '--no-measure', '--format', 'json' })
  if vim.fn.executable(command[1]) == 0 then
    local setup = "or: require('codegen').setup({ cmd = { '/path/to/codegen', 'serve' } })"
    return health.error(command[1] .. ' is not found', { 'Run: pipx install codegen-lsp', setup })
  end
  local answer = vim.system(command, { text = true }):wait(20000)
  local is_report, checks = pcall(vim.json.decode, answer.stdout, { luanil = { object = true } })
  if not is_report then
    return health.error(table.concat(command, ' ') .. ' fails', vim.split(answer.stderr, '\n'))
  end
  for _, check in ipairs(checks) do
    REPORTS[check.state](('%s: %s'):format(check.name, check.found), check.mend and { check.mend })
  end
end

local function check_server()
  local server = client.of()
  if not server then return health.warn('no server runs', { 'Open a file', ':Codegen log' }) end
  local buffers = vim.tbl_count(server.attached_buffers)
  health.ok(('a server runs: %d buffer(s), %s'):format(buffers, server.offset_encoding))
  local report = status.state == 'ready' and health.ok or health.warn
  report(('the model is %s (%s)'):format(status.state, status.message))
end

function M.check()
  health.start('codegen')
  health.info('Neovim ' .. tostring(vim.version()))
  check_program()
  check_server()
  local is_on = require('codegen.suggest').is_enabled()
  health.info('suggestions are switched ' .. (is_on and 'on' or 'off') .. ' (:Codegen toggle)')
end

return M
