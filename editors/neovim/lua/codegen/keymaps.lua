--- The keys. Those that act on a suggestion are mapped while one is shown and at no other time, so
--- that otherwise they do exactly what they did before, whoever mapped them.
local config = require('codegen.config')

local M = {}

-- CTRL-G u on both sides makes one acceptance one undo step.
local TAKE = '<C-g>u<Cmd>lua require("codegen.accept").take("%s")<CR><C-g>u'

M.while_shown = {
  accept = TAKE:format('all'),
  accept_word = TAKE:format('word'),
  accept_line = TAKE:format('line'),
  dismiss = '<Cmd>lua require("codegen").dismiss()<CR>',
  next = '<Cmd>lua require("codegen").next()<CR>',
  previous = '<Cmd>lua require("codegen").previous()<CR>',
}

local ALWAYS = {
  trigger = '<Cmd>lua require("codegen").trigger()<CR>',
  toggle = '<Cmd>lua require("codegen").toggle()<CR>',
}

local claimed = {} ---@type { lhs: string, before: table }[]

local function map(actions, options, before_each)
  for action, rhs in pairs(actions) do
    local lhs = config.get().keymaps[action]
    if lhs then
      before_each(lhs)
      options.desc = 'codegen: ' .. action:gsub('_', ' ')
      vim.keymap.set('i', lhs, rhs, options)
    end
  end
end

--- Map the keys in the current buffer.
function M.claim(buf)
  map(M.while_shown, { buffer = buf, nowait = true }, function(lhs)
    table.insert(claimed, { lhs = lhs, before = vim.fn.maparg(lhs, 'i', false, true) })
  end)
end

--- Give them back to whoever had them in that buffer.
function M.release(buf)
  vim.api.nvim_buf_call(buf, function()
    for _, key in ipairs(claimed) do
      pcall(vim.keymap.del, 'i', key.lhs, { buffer = buf })
      if key.before.buffer == 1 then vim.fn.mapset('i', false, key.before) end
    end
  end)
  claimed = {}
end

function M.set_up()
  map(ALWAYS, {}, function() end)
end

return M
