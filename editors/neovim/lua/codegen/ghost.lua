--- The suggestion on the screen. It fits as long as what was typed since is its own beginning and
--- its place is otherwise unchanged. Knows nothing of the server, nor of when one may be shown.
local keymaps = require('codegen.keymaps')

local M = {}

local api = vim.api
local NAMESPACE = api.nvim_create_namespace('codegen.ghost')
local GROUP = 'CodegenGhost'

---@class codegen.Shown
---@field item table InlineCompletionItem as the server sent it
---@field buf integer
---@field row integer from zero
---@field col integer in bytes
---@field before string the line up to there
---@field after string the line from there on
---@field lines integer in the buffer
---@field text string the whole suggestion, lines joined by LF
---@field rest string what of it is not in the buffer yet
local shown ---@type codegen.Shown?

local function cursor()
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return row - 1, col
end

local function line(row) return api.nvim_buf_get_lines(0, row, row + 1, false)[1] or '' end

--- Tabs become as many spaces as the window would show from a column on; virtual text has none.
local function expanded(text, column)
  local out = ''
  for piece, tab in text:gmatch('([^\t]*)(\t?)') do
    out = out .. piece
    local width = vim.fn.strdisplaywidth(tab, column + vim.fn.strdisplaywidth(out))
    out = out .. (' '):rep(width)
  end
  return out
end

local function draw(row, col)
  local lines = vim.split(shown.rest, '\n')
  local column = vim.fn.strdisplaywidth(line(row):sub(1, col))
  local below = {}
  for number = 2, #lines do
    below[number - 1] = { { expanded(lines[number], 0), GROUP } }
  end
  api.nvim_buf_set_extmark(shown.buf, NAMESPACE, row, col, {
    id = 1,
    virt_text = { { expanded(lines[1], column), GROUP } },
    virt_text_pos = 'inline',
    virt_lines = below,
    hl_mode = 'combine',
    undo_restore = false,
  })
end

--- An item's text as the buffer would have it.
function M.text_of(item)
  local is_dos = vim.bo.fileformat == 'dos'
  return is_dos and item.insertText:gsub('\r\n', '\n') or item.insertText
end

--- What was typed since the suggestion was made, or nil when it does not fit any more.
local function typed_along(row, col)
  local since = row - shown.row
  if
    shown.buf ~= api.nvim_get_current_buf()
    or since < 0
    or (since == 0 and col < shown.col)
    or api.nvim_buf_line_count(0) ~= shown.lines + since
    or line(shown.row):sub(1, shown.col) ~= shown.before
    or line(row):sub(col + 1) ~= shown.after
  then
    return nil
  end
  local typed = table.concat(api.nvim_buf_get_text(0, shown.row, shown.col, row, col, {}), '\n')
  return vim.startswith(shown.text, typed) and typed or nil
end

--- Show an item at the cursor, in the place of the one before.
function M.show(item)
  M.clear()
  local text = M.text_of(item)
  local row, col = cursor()
  shown = {
    item = item,
    buf = api.nvim_get_current_buf(),
    row = row,
    col = col,
    before = line(row):sub(1, col),
    after = line(row):sub(col + 1),
    lines = api.nvim_buf_line_count(0),
    text = text,
    rest = text,
  }
  draw(row, col)
  keymaps.claim(shown.buf)
end

--- Go along with the text as it is now: keep what still fits, clear what does not.
---@return boolean # whether a suggestion is still shown
function M.follow()
  local row, col = cursor()
  local typed = shown and typed_along(row, col)
  if not typed or #typed == #shown.text then
    M.clear()
    return false
  end
  shown.rest = shown.text:sub(#typed + 1)
  draw(row, col)
  return true
end

function M.clear()
  local buf = shown and shown.buf
  shown = nil
  if buf and api.nvim_buf_is_valid(buf) then
    api.nvim_buf_clear_namespace(buf, NAMESPACE, 0, -1)
    keymaps.release(buf)
  end
end

function M.is_visible() return shown ~= nil end

---@return codegen.Shown?
function M.shown() return shown end

api.nvim_set_hl(0, GROUP, { link = 'Comment', default = true })

return M
