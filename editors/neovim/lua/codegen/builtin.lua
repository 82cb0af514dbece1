--- Neovim's own ghost text, which 0.12 brings (`vim.lsp.inline_completion`): it asks and draws, and
--- keys are handed on to it. Written from its documentation; not tried in a Neovim 0.12 yet.
local config = require('codegen.config')

local M = {}

--- Whether it is here, and was not declined.
function M.is_used() return config.get().builtin and vim.lsp.inline_completion ~= nil end

--- Switch it, for one buffer or for all.
function M.enable(is_on, buf) vim.lsp.inline_completion.enable(is_on, { bufnr = buf }) end

function M.set_up()
  local builtin, keys = vim.lsp.inline_completion, config.get().keymaps
  M.enable(true)
  if keys.accept then
    vim.keymap.set('i', keys.accept, function()
      return builtin.get() and '' or keys.accept
    end, { expr = true, desc = 'codegen: accept' })
  end
  for action, count in pairs({ next = 1, previous = -1 }) do
    if keys[action] then
      vim.keymap.set('i', keys[action], function()
        builtin.select({ count = count })
      end, { desc = 'codegen: ' .. action })
    end
  end
end

return M
