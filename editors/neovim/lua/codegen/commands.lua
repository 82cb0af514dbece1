--- `:Codegen …`
local client = require('codegen.client')

local M = {}

local take_back ---@type fun()? the command the server works on

local function say(message, level)
  vim.notify('codegen: ' .. message, level)
end

--- Have the server run a command; `:Codegen cancel` takes it back.
---@param argument_of? fun(server: table): table
---@param done? fun(result: table, server: table)
local function execute(command, argument_of, done)
  local buf = vim.api.nvim_get_current_buf()
  local server = client.of(buf) or client.of()
  if not server then
    return say('no server runs; open a file it serves (:checkhealth codegen)', vim.log.levels.WARN)
  end
  local params = { command = command, arguments = argument_of and { argument_of(server) } }
  take_back = client.request(server, 'workspace/executeCommand', params, buf, function(err, result)
    take_back = nil
    if err then
      say(err.message, vim.log.levels.ERROR)
    elseif done then
      done(result, server)
    end
  end)
end

local function show_findings(result, server)
  local namespace = vim.lsp.diagnostic.get_namespace(server.id)
  local window = vim.api.nvim_get_current_win()
  vim.diagnostic.setqflist({ namespace = namespace, title = 'codegen review', open = false })
  vim.cmd('botright cwindow')
  vim.api.nvim_set_current_win(window)
  local count = result.findings
  say(('%s finding%s'):format(count == 0 and 'no' or count, count == 1 and '' or 's'))
  for _, reason in ipairs(result.incomplete) do
    say(reason, vim.log.levels.WARN)
  end
end

local verbs = {}

function verbs.review()
  say('reviewing the changes (:Codegen cancel ends it)')
  execute('codegen.review', function()
    local is_file = vim.bo.buftype == '' and vim.api.nvim_buf_get_name(0) ~= ''
    return { uri = is_file and vim.uri_from_bufnr(0) or vim.uri_from_fname(vim.fn.getcwd()) }
  end, show_findings)
end

function verbs.docstring()
  execute('codegen.docstring', function(server)
    return { uri = vim.uri_from_bufnr(0), position = client.position(server) }
  end)
end

function verbs.download()
  execute('codegen.downloadModel')
end

--- Say how the last answer for this buffer came about.
function verbs.why()
  local buf = vim.api.nvim_get_current_buf()
  local server = client.of(buf)
  if not server then
    return say('this buffer is not served', vim.log.levels.WARN)
  end
  local params = { textDocument = { uri = vim.uri_from_bufnr(buf) } }
  client.request(server, 'codegen/why', params, buf, function(err, result)
    if err then
      say(err.message, vim.log.levels.ERROR)
    elseif result == nil or result == vim.NIL then
      say('nothing was asked for in this buffer lately')
    else
      say(table.concat(result.explanation, '\n'))
    end
  end)
end

function verbs.cancel()
  say(take_back and 'cancelled' or 'nothing runs')
  if take_back then
    take_back()
    take_back = nil
  end
end

function verbs.toggle(bang)
  require('codegen').toggle(bang and vim.api.nvim_get_current_buf() or nil)
end

function verbs.status()
  local status, buf = require('codegen.status'), vim.api.nvim_get_current_buf()
  local text = status.state .. (status.message == '' and '' or ', ' .. status.message)
  if not client.of(buf) then
    text = text .. ', this buffer is not served'
  elseif not require('codegen.suggest').is_enabled() then
    text = text .. ', suggestions are off'
  end
  say(text)
end

function verbs.log()
  vim.cmd.split(vim.fn.fnameescape(vim.fs.joinpath(vim.fn.stdpath('log'), 'lsp.log')))
  vim.cmd.normal({ 'G', bang = true })
end

verbs.restart = client.restart

function verbs.health()
  vim.cmd.checkhealth('codegen')
end

--- Run `:Codegen {verb}`; without one, `:Codegen status`.
function M.run(call)
  local verb = verbs[call.args == '' and 'status' or call.args]
  if not verb then
    return say(('there is no :Codegen %s'):format(call.args), vim.log.levels.ERROR)
  end
  verb(call.bang)
end

---@param typed string
function M.complete(typed)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, typed)
  end, vim.fn.sort(vim.tbl_keys(verbs)))
end

return M
