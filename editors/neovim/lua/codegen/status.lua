--- What the server says of itself: its state, its progress, its messages.
local M = { state = 'stopped', message = '' }

local percentage ---@type integer?

local TEXTS = {
  loading = 'codegen loading',
  missing = 'codegen: no model',
  downloading = 'codegen downloading',
  failed = 'codegen failed',
}

local function changed()
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'CodegenStatus', modeline = false })
end

---@param state 'stopped'|'loading'|'ready'|'missing'|'downloading'|'failed'
function M.set(state, message)
  M.state, M.message, percentage = state, message, nil
  changed()
end

M.handlers = {
  ['codegen/status'] = function(_, params)
    M.set(params.state, params.message)
  end,
  ['window/showMessage'] = function(_, params)
    local level = ({ vim.log.levels.ERROR, vim.log.levels.WARN })[params.type]
    vim.notify(params.message, level or vim.log.levels.INFO)
  end,
}

--- For the statusline: "codegen", "codegen loading", "codegen 42%", or "" in other buffers.
function M.text()
  if not require('codegen.client').of(vim.api.nvim_get_current_buf()) then
    return ''
  elseif percentage then
    return ('codegen %d%%'):format(percentage)
  end
  local is_on = require('codegen.suggest').is_enabled()
  return TEXTS[M.state] or (is_on and 'codegen' or 'codegen off')
end

function M.set_up()
  vim.api.nvim_create_autocmd('LspProgress', {
    group = vim.api.nvim_create_augroup('codegen.status', {}),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'codegen' then
        percentage = event.data.params.value.percentage
        changed()
      end
    end,
  })
end

return M
