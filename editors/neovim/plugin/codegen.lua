-- Loaded by Neovim itself: the command, and the defaults for those who never call setup().
if vim.g.loaded_codegen then return end
vim.g.loaded_codegen = true

vim.api.nvim_create_user_command('Codegen', function(call)
  require('codegen.commands').run(call)
end, {
  nargs = '?',
  bang = true,
  range = true,
  desc = 'codegen: review, docstring, toggle, status and others',
  complete = function(typed) return require('codegen.commands').complete(typed) end,
})

-- Later, so that a setup() of the user's comes first.
local function set_up()
  local codegen = require('codegen')
  if not codegen.is_set_up then codegen.setup() end
end

if vim.v.vim_did_enter == 1 then return vim.schedule(set_up) end
vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = set_up })
