--- The public functions (|codegen-functions|): each hands on to the module that does it.
local M = { is_set_up = false }

---@param options? table see |codegen-options|
function M.setup(options)
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.notify('codegen: Neovim 0.10 or newer is needed', vim.log.levels.ERROR)
  end
  M.is_set_up = true
  require('codegen.config').set(options or {})
  for _, name in ipairs({ 'status', 'suggest', 'keymaps', 'client' }) do
    require('codegen.' .. name).set_up()
  end
end

local function from(module, name)
  return function(...)
    return require('codegen.' .. module)[name](...)
  end
end

M.status = from('status', 'text')
M.accept = from('accept', 'by_key')
M.is_visible = from('ghost', 'is_visible')
M.dismiss = from('suggest', 'dismiss')
M.trigger = from('suggest', 'trigger')
M.toggle = from('suggest', 'toggle')

return M
