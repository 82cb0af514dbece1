--- What can be set in this plugin; doc/codegen.txt explains each. The server's own settings pass
--- through in `settings`, unread.
local M = {}

M.defaults = {
  cmd = { 'codegen', 'serve' },
  -- Those whose suggestions the server can parse.
  filetypes = vim.split(
    'python javascript javascriptreact typescript typescriptreact go rust java c cpp',
    ' '
  ),
  disabled_filetypes = {},
  root_markers = { '.git', '.hg', 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml' },
  debounce_ms = 75,
  keymaps = {
    accept = '<C-l>',
    accept_word = '<M-Right>',
    accept_line = '<M-C-Right>',
    dismiss = '<C-]>',
    next = '<M-]>',
    previous = '<M-[>',
    trigger = '<M-\\>',
    toggle = false,
  },
  menu_visible = function() return vim.fn.pumvisible() == 1 end,
  builtin = true,
  settings = {},
}

local current = M.defaults

function M.get() return current end

--- Lay options over defaults. A wrong one costs itself and one message.
local function merged(defaults, options, prefix)
  local result, key = vim.deepcopy(defaults), prefix == 'keymaps.'
  for name, value in pairs(options) do
    local kind = key and 'string' or type(defaults[name])
    local problem = defaults[name] == nil and 'is not known'
      or type(value) ~= kind and not (key and value == false) and 'must be a ' .. kind
    if problem then
      vim.notify(('codegen: option %s%s %s'):format(prefix, name, problem), vim.log.levels.WARN)
    else
      result[name] = name == 'keymaps' and merged(defaults.keymaps, value, 'keymaps.') or value
    end
  end
  return result
end

---@param options table
function M.set(options) current = merged(M.defaults, options, '') end

--- Whether buffers of this filetype are served; '*' in the list stands for all.
function M.serves(filetype)
  local listed = vim.list_contains(current.filetypes, filetype)
    or vim.list_contains(current.filetypes, '*')
  return listed and not vim.list_contains(current.disabled_filetypes, filetype)
end

return M
