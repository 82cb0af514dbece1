;;; codegen.el --- codegen through Eglot  -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "29.1"))

;;; Commentary:

;; Names `codegen serve' to Eglot, which comes with Emacs.  Eglot talks to one server for each
;; buffer: where this file is loaded, that is codegen.

;;; Code:

(require 'cl-lib)
(require 'eglot)

(defgroup codegen nil
  "Completion, review and docstrings by a model on this machine."
  :group 'tools)

(defcustom codegen-command '("codegen" "serve")
  "The command that starts the server, as a list of strings."
  :type '(repeat string))

(defcustom codegen-settings nil
  "The server's own settings, as a property list that becomes a JSON object.
For instance (:completion (:max_tokens 32)); see editors/README.md."
  :type 'plist)

(defconst codegen-modes
  '(python-mode python-ts-mode js-mode js-ts-mode typescript-ts-mode tsx-ts-mode go-mode
    go-ts-mode rust-mode rust-ts-mode java-mode java-ts-mode c-mode c-ts-mode c++-mode
    c++-ts-mode)
  "Modes of the languages whose suggestions the server can check.")

(add-to-list 'eglot-server-programs
             (cons codegen-modes
                   (lambda (&rest _)
                     (append codegen-command
                             (and codegen-settings
                                  (list :initializationOptions codegen-settings))))))

(cl-defmethod eglot-handle-notification
  (_server (_method (eql codegen/status)) &key state message &allow-other-keys)
  "Say in the echo area how the model is."
  (message "codegen: %s (%s)" state message))

(dolist (mode codegen-modes)
  (add-hook (intern (format "%s-hook" mode)) #'eglot-ensure))

(provide 'codegen)
;;; codegen.el ends here
