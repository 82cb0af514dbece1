--- Edits that the user has not agreed to yet: each file in a tab of its own, as it is beside how it
--- would be. Nothing is changed before they are accepted, and then all of them are.
local M = {}

local api = vim.api
local HINT = ' codegen: <CR> accepts, q rejects'

---@class codegen.Proposal
---@field edit table WorkspaceEdit in its form with `changes`
---@field encoding string of its positions
---@field files { buf: integer, lines: string[], proposed: integer }[]
local current ---@type codegen.Proposal?

local function lines_of(buf) return api.nvim_buf_get_lines(buf, 0, -1, false) end

--- Open the tab of one file, with the cursor in what is proposed.
local function show(uri, edits, encoding)
  local buf = vim.uri_to_bufnr(uri)
  vim.fn.bufload(buf)
  local lines, filetype = lines_of(buf), vim.filetype.match({ buf = buf }) or ''
  vim.cmd(('tab sbuffer %d | diffthis | rightbelow vnew'):format(buf))
  local proposed = api.nvim_get_current_buf()
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = 'nofile', 'wipe', false
  api.nvim_buf_set_lines(proposed, 0, -1, false, lines)
  vim.lsp.util.apply_text_edits(edits, proposed, encoding)
  vim.bo.filetype, vim.bo.modifiable, vim.bo.buflisted = filetype, false, false
  vim.cmd.diffthis()
  vim.wo.winbar = HINT
  vim.keymap.set('n', '<CR>', M.accept, { buffer = proposed, desc = 'codegen: accept' })
  vim.keymap.set('n', 'q', M.reject, { buffer = proposed, desc = 'codegen: reject' })
  return { buf = buf, lines = lines, proposed = proposed }
end

--- Show what an edit would do, instead of one that is still open.
function M.open(edit, encoding)
  M.reject()
  local files = {}
  for uri, edits in vim.spairs(edit.changes) do
    table.insert(files, show(uri, edits, encoding))
  end
  vim.cmd.normal({ ']c', bang = true })
  current = { edit = edit, encoding = encoding, files = files }
end

--- Take the proposal and its tabs away.
---@return codegen.Proposal? # what it was, nil when there was none
function M.reject()
  local proposal = current
  current = nil
  for _, file in ipairs(proposal and proposal.files or {}) do
    for _, window in ipairs(vim.fn.win_findbuf(file.proposed)) do
      vim.cmd.tabclose(api.nvim_tabpage_get_number(api.nvim_win_get_tabpage(window)))
    end
  end
  return proposal
end

--- Make the edits, unless the text is another by now; in each file one undo step takes them back.
---@return string? # why nothing was done
function M.accept()
  local proposal = M.reject()
  if not proposal then return 'nothing is proposed' end
  for _, file in ipairs(proposal.files) do
    if not vim.deep_equal(lines_of(file.buf), file.lines) then
      return ('%s has changed meanwhile; ask again'):format(api.nvim_buf_get_name(file.buf))
    end
  end
  vim.lsp.util.apply_workspace_edit(proposal.edit, proposal.encoding)
end

return M
