--- `:Codegen …`
local client = require('codegen.client')
local proposal = require('codegen.proposal')

local M = {}

local take_back ---@type fun()? what the server works on

local function say(message, level) vim.notify('codegen: ' .. message, level) end

--- Ask the server; errors are told, `:Codegen cancel` takes the request back.
---@param params_of fun(server: table): table? nil when there is nothing to ask
---@param done? fun(result: any, server: table)
local function ask(method, params_of, done)
  local buf = vim.api.nvim_get_current_buf()
  local server = client.of(buf) or client.of()
  if not server then
    return say('no server runs; open a file it serves (:checkhealth codegen)', vim.log.levels.WARN)
  end
  local params = params_of(server)
  take_back = params and client.request(server, method, params, buf, function(err, result)
    take_back = nil
    if err then
      say(err.message, vim.log.levels.ERROR)
    elseif done then
      done(result ~= vim.NIL and result or nil, server)
    end
  end)
end

--- Have the server run a command, if it has it.
---@param argument_of? fun(server: table): table
local function execute(command, argument_of, done)
  ask('workspace/executeCommand', function(server)
    local known = vim.tbl_get(server.server_capabilities, 'executeCommandProvider', 'commands')
    if vim.list_contains(known or {}, command) then
      return { command = command, arguments = argument_of and { argument_of(server) } }
    end
    say(command .. ' is not known to this server; update codegen-lsp', vim.log.levels.WARN)
  end, done)
end

local function here(server)
  return { uri = vim.uri_from_bufnr(0), position = client.position(server) }
end

local function show_findings(result, server)
  local namespace = vim.lsp.diagnostic.get_namespace(server.id)
  local window = vim.api.nvim_get_current_win()
  vim.diagnostic.setqflist({ namespace = namespace, title = 'codegen review', open = false })
  vim.cmd('botright cwindow')
  vim.api.nvim_set_current_win(window)
  local count = result.findings
  say(('%s finding%s'):format(count == 0 and 'no' or count, count == 1 and '' or 's'))
  vim.iter(result.incomplete):each(function(reason) say(reason, vim.log.levels.WARN) end)
end

local verbs = {}

function verbs.review(call)
  say('reviewing the changes (:Codegen cancel ends it)')
  execute('codegen.review', function()
    local is_file = vim.bo.buftype == '' and vim.api.nvim_buf_get_name(0) ~= ''
    local uri = is_file and vim.uri_from_bufnr(0) or vim.uri_from_fname(vim.fn.getcwd())
    local first = { line = call.line1 - 1, character = 0 }
    local behind = { line = call.line2, character = 0 }
    return { uri = uri, range = call.range > 0 and { start = first, ['end'] = behind } or nil }
  end, show_findings)
end

function verbs.docstring() execute('codegen.docstring', here) end

--- Also the code action "codegen.fix", which brings its own argument.
---@param argument? table
function M.fix(argument)
  say('looking for a fix (:Codegen cancel ends it)')
  local place = argument and function() return argument end or here
  execute('codegen.fix', place, function(result, server)
    if result.edit then proposal.open(result.edit, server.offset_encoding) end
    say(vim.trim(result.summary .. '\n' .. result.certificate))
  end)
end

function verbs.fix() M.fix() end

function verbs.accept()
  local problem = proposal.accept()
  say(problem or 'accepted; :wall writes it', problem and vim.log.levels.WARN)
end

function verbs.reject() say(proposal.reject() and 'rejected' or 'nothing is proposed') end

function verbs.stats()
  execute('codegen.stats', nil, function(result)
    local page = vim.fn.tempname() .. '.html'
    vim.fn.writefile(vim.split(result.html, '\n'), page)
    vim.ui.open(page)
    say('the statistics are in ' .. page)
  end)
end

function verbs.download() execute('codegen.downloadModel') end

--- Say how the last answer for this buffer came about.
function verbs.why()
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) } }
  ask('codegen/why', function() return params end, function(result)
    local nothing = { 'nothing was asked for in this buffer lately' }
    say(table.concat(result and result.explanation or nothing, '\n'))
  end)
end

function verbs.cancel()
  say(take_back and 'cancelled' or 'nothing runs')
  if take_back then take_back() end
  take_back = nil
end

function verbs.toggle(call)
  require('codegen').toggle(call.bang and vim.api.nvim_get_current_buf() or nil)
end

function verbs.status()
  local status = require('codegen.status')
  local is_served = client.of(vim.api.nvim_get_current_buf())
  local served = is_served and '' or ', this buffer is not served'
  local off = require('codegen.suggest').is_enabled() and '' or ', suggestions are off'
  say(('%s (%s)%s%s'):format(status.state, status.told.paused or status.message, served, off))
end

function verbs.log()
  vim.cmd.split(vim.fn.fnameescape(vim.fs.joinpath(vim.fn.stdpath('log'), 'lsp.log')))
  vim.cmd.normal({ 'G', bang = true })
end

verbs.restart = client.restart

function verbs.health() vim.cmd.checkhealth('codegen') end

--- Run `:Codegen {verb}`; without one, `:Codegen status`.
function M.run(call)
  local verb = verbs[call.args == '' and 'status' or call.args]
  if not verb then
    return say(('there is no :Codegen %s'):format(call.args), vim.log.levels.ERROR)
  end
  verb(call)
end

---@param typed string
function M.complete(typed)
  local names = vim.fn.sort(vim.tbl_keys(verbs))
  return vim.tbl_filter(function(name) return vim.startswith(name, typed) end, names)
end

return M
