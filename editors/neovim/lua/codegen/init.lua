--- The public functions (|codegen-functions|): each hands on to the module that does it.
local M = { is_set_up = false }

---@param options? table see |codegen-options|
function M.setup(options)
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.notify('codegen: Neovim 0.10 or newer is needed', vim.log.levels.ERROR)
  end
  M.is_set_up = true
  require('codegen.config').set(options or {})
  local own = { 'status', 'suggest', 'keymaps', 'client' }
  local is_builtin = require('codegen.builtin').is_used()
  for _, name in ipairs(is_builtin and { 'status', 'builtin', 'client' } or own) do
    require('codegen.' .. name).set_up()
  end
end

local function from(module, name, ...)
  local bound = { ... }
  return function(...)
    return require('codegen.' .. module)[name](unpack(#bound > 0 and bound or { ... }))
  end
end

M.status = from('status', 'text')
M.accept = from('accept', 'by_key')
M.is_visible = from('ghost', 'is_visible')
M.dismiss = from('suggest', 'dismiss')
M.trigger = from('suggest', 'cycle', 0)
M.next = from('suggest', 'cycle', 1)
M.previous = from('suggest', 'cycle', -1)
M.toggle = from('suggest', 'toggle')

return M
