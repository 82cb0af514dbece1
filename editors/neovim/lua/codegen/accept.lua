--- Puts a suggestion, or its beginning, into the buffer.
local client = require('codegen.client')
local ghost = require('codegen.ghost')

local M = {}

--- As Vim patterns, because a word is what 'iskeyword' says.
local PARTS = {
  all = [[^\_.*]],
  word = [[^\_s*\%(\k\+\|\%(\%(\k\|\n\)\@!\S\)\+\)\|^\_.*]],
  line = [[^\n\=[^\n]*]],
}

--- How many code points of the item's own text stand in the buffer once `accepted` does.
local function accepted_length(accepted, shown)
  local _, line_ends = accepted:gsub('\n', '')
  local had_cr = #shown.text < #shown.item.insertText
  return vim.fn.strchars(accepted) + (had_cr and line_ends or 0)
end

local function tell(shown, accepted)
  local server, item = client.of(shown.buf), shown.item
  if server and #accepted < #shown.text then
    local params = { item = item, acceptedLength = accepted_length(accepted, shown) }
    client.call(server, 'notify', 'textDocument/didPartiallyAcceptCompletion', params)
  elseif server and item.command then
    client.request(server, 'workspace/executeCommand', item.command, shown.buf, function() end)
  end
end

--- Insert a part of what is shown; nothing when nothing is.
---@param part 'all'|'word'|'line'
function M.take(part)
  -- Keys that came in one burst have raised no event yet.
  local shown = ghost.follow() and ghost.shown()
  if not shown then return end
  local text = vim.fn.matchstr(shown.rest, PARTS[part])
  local accepted = shown.text:sub(1, #shown.text - #shown.rest + #text)
  -- A paste: literal whatever 'autoindent' and its kin say, and `.` repeats it.
  vim.api.nvim_paste(text, false, -1)
  ghost.follow()
  tell(shown, accepted)
end

--- Type what the key for a part types; works where the text is locked, as in 'expr' mappings.
---@param part? 'all'|'word'|'line'
---@return boolean # false when nothing is shown: the key is the caller's
function M.by_key(part)
  if not ghost.is_visible() then return false end
  local action = (part or 'all') == 'all' and 'accept' or 'accept_' .. part
  local keys = vim.keycode(require('codegen.keymaps').while_shown[action])
  vim.api.nvim_feedkeys(keys, 'ni', false)
  return true
end

return M
