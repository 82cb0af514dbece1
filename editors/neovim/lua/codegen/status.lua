--- What the server says of itself: its state, its progress, its messages.
local M = { state = 'stopped', message = 'no server runs', told = {} }

local progress ---@type string? how far something is, or its present step

local TEXTS = {
  stopped = 'codegen loading', -- in a buffer that is served: it has not said anything yet
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
---@param told? table the server's whole notification; nil when it has ended
function M.set(state, message, told)
  M.state, M.message, M.told = state, message, told or {}
  progress = told and progress
  changed()
end

M.handlers = {
  ['codegen/status'] = function(_, params) M.set(params.state, params.message, params) end,
  ['window/showMessage'] = function(_, params)
    local level = ({ vim.log.levels.ERROR, vim.log.levels.WARN })[params.type]
    vim.notify(params.message, level or vim.log.levels.INFO)
  end,
}

--- For the statusline: "codegen", "codegen loading", "codegen 42%", or "" in other buffers.
function M.text()
  if not require('codegen.client').of(vim.api.nvim_get_current_buf()) then return '' end
  if progress then return 'codegen ' .. progress end
  local is_on = require('codegen.suggest').is_enabled()
  local text = TEXTS[M.state] or not is_on and 'codegen off' or M.told.paused and 'codegen paused'
  return text or (M.told.thinking and 'codegen …' or 'codegen')
end

function M.set_up()
  vim.api.nvim_create_autocmd('LspProgress', {
    group = vim.api.nvim_create_augroup('codegen.status', {}),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'codegen' then
        local value = event.data.params.value
        local percent = value.percentage and value.percentage .. '%'
        progress = percent or (value.message or ''):match('^[^:]+')
        changed()
      end
    end,
  })
end

return M
