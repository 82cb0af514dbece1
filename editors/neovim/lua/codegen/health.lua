--- `:checkhealth codegen`
local client = require('codegen.client')
local config = require('codegen.config')
local status = require('codegen.status')

local M = {}

local health = vim.health

local ADVICE = {
  missing = { ':Codegen download' },
  failed = { 'Run in a shell: codegen doctor', ':Codegen log', ':Codegen restart' },
}

local function check_command()
  local cmd = config.get().cmd
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    local setup = ("require('codegen').setup({ cmd = { '/path/to/%s', 'serve' } })"):format(cmd[1])
    return health.error(cmd[1] .. ' is not found', { 'Run: pipx install codegen-lsp', setup })
  end
  -- The same program: what stands before `serve`.
  local program = vim.list_slice(cmd, 1, math.max(1, vim.fn.index(cmd, 'serve')))
  local answer = vim.system(vim.list_extend(program, { '--version' }), { text = true }):wait(10000)
  if answer.code ~= 0 then
    return health.error(path .. ' does not run', vim.split(vim.trim(answer.stderr), '\n'))
  end
  health.ok(('%s (%s)'):format(vim.trim(answer.stdout), path))
end

local function check_server()
  local server = client.of()
  if not server then
    local served = table.concat(config.get().filetypes, ', ')
    return health.warn('no server runs', { 'Open a file of: ' .. served, ':Codegen log' })
  end
  local buffers = vim.tbl_count(server.attached_buffers)
  health.ok(('a server runs: %d buffer(s), %s'):format(buffers, server.offset_encoding))
end

local function check_model()
  local advice = ADVICE[status.state]
  local report = status.state == 'ready' and health.ok or advice and health.error or health.info
  report(('the model is %s (%s)'):format(status.state, status.message), advice)
end

function M.check()
  health.start('codegen')
  health.ok('Neovim ' .. tostring(vim.version()))
  check_command()
  check_server()
  check_model()
  if not require('codegen.suggest').is_enabled() then
    health.info('suggestions are switched off (:Codegen toggle)')
  end
end

return M
