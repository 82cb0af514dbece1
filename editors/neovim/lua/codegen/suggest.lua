--- When to ask for a suggestion, and whether the answer is still wanted when it comes.
local builtin = require('codegen.builtin')
local client = require('codegen.client')
local config = require('codegen.config')
local ghost = require('codegen.ghost')
local status = require('codegen.status')

local M = {}

local api = vim.api
local INVOKED, AUTOMATIC = 1, 2

local timer = assert(vim.uv.new_timer())
local take_back ---@type fun()? the request under way
local offer = { items = {}, index = 1 } ---@type table what is shown is one of these
local seen = {} ---@type integer[] the place at the last event
local inserts_block = false

--- Where the user is; equal places mean that nothing has happened in between.
local function here()
  local buf = api.nvim_get_current_buf()
  return { buf, api.nvim_buf_get_changedtick(buf), unpack(api.nvim_win_get_cursor(0)) }
end

--- Whether automatic suggestions are on; the switches are vim.g and vim.b.codegen_enabled.
---@param buf? integer
function M.is_enabled(buf)
  return vim.g.codegen_enabled ~= false and vim.b[buf or 0].codegen_enabled ~= false
end

--- Whether a suggestion may be shown: it is plain typing, in one place, into a file.
local function is_welcome()
  return api.nvim_get_mode().mode == 'i'
    and vim.bo.buftype == ''
    and vim.bo.modifiable
    and vim.fn.reg_recording() == ''
    and vim.fn.reg_executing() == ''
    and not inserts_block
    and not vim.b.visual_multi
    and not vim.snippet.active()
    and not config.get().menu_visible()
end

--- Forget the request under way, and the one that is planned.
local function cancel()
  timer:stop()
  if take_back then take_back() end
  take_back = nil
end

--- Show one of several items; the count goes round.
local function show(items, index, server)
  offer = { items = items, index = (index - 1) % #items + 1, server = server }
  local item = items[offer.index]
  ghost.show(item)
  client.call(server, 'notify', 'textDocument/didShowCompletion', { item = item })
end

--- Take in the answer for this very place. What is shown stays, unless there is more of it now.
local function on_automatic(items, server)
  local shown = ghost.shown()
  local rest, text = shown and shown.rest or '', items[1] and ghost.text_of(items[1]) or ''
  if #text > #rest and vim.startswith(text, rest) then show(items, 1, server) end
end

---@param kind integer
---@param answered fun(items: table[], server: table) called if the user has not moved on
local function ask(kind, answered)
  cancel()
  local place = here()
  local server = client.of(place[1])
  if not server or not is_welcome() then return end
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(0) },
    position = client.position(server),
    context = { triggerKind = kind },
  }
  local method = 'textDocument/inlineCompletion'
  take_back = client.request(server, method, params, place[1], function(err, result)
    take_back = nil
    if not err and type(result) == 'table' and vim.deep_equal(place, here()) and is_welcome() then
      answered(result.items or result, server)
    end
  end)
end

--- Ask once the user pauses.
local function plan()
  cancel()
  if client.of(api.nvim_get_current_buf()) and M.is_enabled() then
    timer:start(config.get().debounce_ms, 0, vim.schedule_wrap(function()
      ask(AUTOMATIC, on_automatic)
    end))
  end
end

--- After a keystroke. It may raise several events: the first one sees to it.
local function on_change()
  local before, now = seen, here()
  seen = now
  if vim.deep_equal(before, now) then return end
  if not is_welcome() then return ghost.clear() end
  if not ghost.follow() then cancel() end
  if before[2] ~= now[2] then plan() end
end

--- Take everything back, until the text changes.
function M.dismiss()
  cancel()
  ghost.clear()
end

--- Show the next suggestion for this place, or with -1 the one before; the first time, ask for
--- them. With 0 ask for one, also where automatic ones are off.
---@param step -1|0|1
function M.cycle(step)
  local shown = ghost.follow() and ghost.shown()
  if shown and shown.rest == shown.text and #offer.items > 1 then
    return show(offer.items, offer.index + step, offer.server)
  end
  ask(INVOKED, function(items, server)
    local is_same = items[1] and shown and ghost.text_of(items[1]) == shown.rest
    if items[is_same and 2 or 1] then show(items, is_same and 1 + step or 1, server) end
  end)
end

---@param buf? integer everywhere, if nil
function M.toggle(buf)
  local switches = buf and vim.b[buf] or vim.g
  switches.codegen_enabled = switches.codegen_enabled == false
  M.dismiss()
  if builtin.is_used() then builtin.enable(switches.codegen_enabled, buf) end
  local state = switches.codegen_enabled and 'on' or 'off'
  vim.notify(('codegen: suggestions are %s%s'):format(state, buf and ' in this buffer' or ''))
end

function M.set_up()
  local group = api.nvim_create_augroup('codegen.suggest', {})
  local function on(events, callback, pattern)
    api.nvim_create_autocmd(events, { group = group, callback = callback, pattern = pattern })
  end
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, on_change)
  on({ 'BufLeave', 'WinLeave', 'CompleteChanged' }, M.dismiss)
  on('ModeChanged', M.dismiss, 'i:*')
  on('ModeChanged', function(event)
    inserts_block = event.match == '\22:i'
    -- Later, because the cursor is put in its place after this.
    vim.schedule(function()
      seen = here()
      plan()
    end)
  end, '*:i')
  local was_ready = false
  on('User', function()
    -- What was asked for before the model was ready got an empty answer.
    local is_ready = status.state == 'ready' and not status.told.paused
    if is_ready and not was_ready and not ghost.is_visible() then plan() end
    was_ready = is_ready
  end, 'CodegenStatus')
end

return M
