--- The language server: which buffers it sees, and what happens when it ends. One serves all
--- projects, because each would load the model once more. Knows nothing of suggestions.
local config = require('codegen.config')
local status = require('codegen.status')

local M = {}

local NAME = 'codegen'
local MOST_CRASHES, CRASHES_FORGOTTEN_MS = 3, 120000
local SIGTERM = 15
local METHODS_TAKE_SELF = vim.fn.has('nvim-0.11') == 1

local opened = {} ---@type table<integer, string> as what each buffer was opened
local crashes, last_crash = 0, 0
local restarting = false

--- Call a method of a client, of which 0.10 has fewer arguments.
function M.call(client, method, ...)
  if METHODS_TAKE_SELF then return client[method](client, ...) end
  return client[method](...)
end

--- The running client: of a buffer, or of any.
---@param buf? integer
function M.of(buf)
  -- Neovim still lists a client while its server is on its way out.
  return vim.iter(vim.lsp.get_clients({ name = NAME, bufnr = buf })):find(function(client)
    return not M.call(client, 'is_stopped')
  end)
end

--- The cursor in the client's unit; 0.10's own function is wrong right of wide characters.
function M.position(client)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local before = vim.api.nvim_get_current_line():sub(1, col)
  local lengths = { ['utf-8'] = #before, ['utf-32'] = vim.fn.strchars(before) }
  local character = lengths[client.offset_encoding] or vim.fn.strutf16len(before, true)
  return { line = row - 1, character = character }
end

--- Ask the server for something.
---@param answered fun(err: table?, result: any)
---@return fun() # takes the request back: then there is no answer
function M.request(client, method, params, buf, answered)
  local is_over = false
  local _, id = M.call(client, 'request', method, params, function(err, result)
    if not is_over then
      is_over = true
      answered(err, result)
    end
  end, buf)
  return function()
    if id and not is_over then
      is_over = true
      M.call(client, 'cancel_request', id)
    end
  end
end

local function on_exit(code, signal)
  local was_ended = code == 0 and (signal == 0 or signal == SIGTERM)
  if was_ended or restarting or vim.v.exiting ~= vim.NIL then
    status.set('stopped', 'no server runs')
    return restarting and M.attach_all()
  end
  local now = vim.uv.now()
  crashes = now - last_crash > CRASHES_FORGOTTEN_MS and 1 or crashes + 1
  last_crash = now
  if crashes <= MOST_CRASHES then
    status.set('loading', 'the server ended and is started again')
    return vim.defer_fn(M.attach_all, 250 * crashes)
  end
  local how = ('code %d, signal %d'):format(code, signal)
  status.set('failed', ('the server ended %d times (%s)'):format(crashes, how))
  vim.notify(('codegen: %s; see :Codegen log'):format(status.message), vim.log.levels.ERROR)
end

local function server(buf)
  local options = config.get()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  -- Neovim announces this by itself from 0.12 on.
  capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  -- Then suggestions have a command by which accept.lua says that they were taken.
  capabilities.workspace.executeCommand = { dynamicRegistration = false }
  return {
    name = NAME,
    cmd = options.cmd,
    root_dir = vim.fs.root(buf, options.root_markers),
    init_options = next(options.settings) and options.settings or nil,
    capabilities = capabilities,
    handlers = status.handlers,
    on_exit = vim.schedule_wrap(on_exit),
    commands = {
      ['codegen.fix'] = function(command) require('codegen.commands').fix(command.arguments[1]) end,
    },
  }
end

--- Close a buffer in the server.
local function detach(buf)
  local client = M.of(buf)
  if client then vim.lsp.buf_detach_client(buf, client.id) end
  opened[buf] = nil
end

local function is_unnamed(buf)
  return vim.api.nvim_buf_is_valid(buf) and vim.api.nvim_buf_get_name(buf) == ''
end

--- Serve a buffer if it is one of ours, starting the server when none runs.
local function attach(buf)
  if not vim.api.nvim_buf_is_loaded(buf) then return end
  local form = vim.bo[buf].filetype .. ' ' .. vim.uri_from_bufnr(buf)
  if opened[buf] == form and M.of(buf) then return end
  if opened[buf] and opened[buf] ~= form then detach(buf) end
  local is_ours = config.serves(vim.bo[buf].filetype) and vim.bo[buf].buftype == ''
  local is_elsewhere = is_unnamed(buf) and buf ~= vim.api.nvim_get_current_buf()
  if not is_ours or is_elsewhere then return end
  local command = config.get().cmd[1]
  if vim.fn.executable(command) == 0 then
    local message = 'codegen: %s is not found; install codegen-lsp, or see :checkhealth codegen'
    return vim.notify_once(message:format(command), vim.log.levels.WARN)
  end
  -- Unnamed buffers have one URI in common: only the one the user is in can be open.
  if is_unnamed(buf) then vim.iter(vim.tbl_keys(opened)):filter(is_unnamed):each(detach) end
  opened[buf], restarting = form, false
  vim.lsp.start(server(buf), {
    bufnr = buf,
    reuse_client = function(client)
      return client.name == NAME and not M.call(client, 'is_stopped')
    end,
  })
end

function M.attach_all() vim.iter(vim.api.nvim_list_bufs()):each(attach) end

--- End the server and start it anew, with the options as they are now.
function M.restart()
  local client = M.of()
  crashes, restarting = 0, client ~= nil
  if not client then return M.attach_all() end
  M.call(client, 'stop') -- on_exit goes on
end

function M.set_up()
  local group = vim.api.nvim_create_augroup('codegen.client', {})
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on({ 'FileType', 'BufFilePost', 'BufWritePost', 'BufEnter' }, function(event)
    -- Scheduled, because plugins set 'buftype' after 'filetype'.
    vim.schedule_wrap(attach)(event.buf)
  end)
  on('BufFilePre', function(event) detach(event.buf) end)
  M.attach_all()
end

return M
