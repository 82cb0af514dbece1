"""Names that are there without being bound in the text."""

import builtins

_MODULE = (
    *("__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__"),
    *("__debug__", "__path__", "__cached__", "__annotations__", "__dict__"),
)
"""What each module has, and a package's ``__path__``."""

_BODIES = ("__class__", "__module__", "__qualname__", "__classdict__", "__firstlineno__")
"""What is bound in the bodies of classes, or of their methods."""

_LATER_AND_ELSEWHERE = (
    *("aiter", "anext", "EncodingWarning", "BaseExceptionGroup", "ExceptionGroup"),
    *("PythonFinalizationError", "WindowsError", "reveal_type", "reveal_locals"),
)
"""Of other versions and systems than the one this runs on, and what type checkers know."""

PYTHON = frozenset((*dir(builtins), *_MODULE, *_BODIES, *_LATER_AND_ELSEWHERE))


_ECMASCRIPT = """
AggregateError Array ArrayBuffer AsyncFunction Atomics BigInt BigInt64Array BigUint64Array Boolean
DataView Date Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function
Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy
RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError Temporal
TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
arguments decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite
isNaN parseFloat parseInt undefined unescape async await of get set static let yield
"""

_EVERYWHERE = """
AbortController AbortSignal Blob BroadcastChannel ByteLengthQueuingStrategy CompressionStream
CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventSource
EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance
PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver ReadableStream
ReadableStreamDefaultReader Request Response Storage SubtleCrypto TextDecoder TextDecoderStream
TextEncoder TextEncoderStream TransformStream URL URLPattern URLSearchParams WebAssembly WebSocket
WritableStream atob btoa clearInterval clearTimeout console crypto fetch localStorage navigator
performance queueMicrotask reportError sessionStorage setInterval setTimeout structuredClone
"""

_BROWSER = """
AnalyserNode Animation Attr Audio AudioBuffer AudioContext AudioWorkletNode CSS CSSStyleSheet Cache
CacheStorage CanvasGradient CanvasRenderingContext2D CharacterData ClipboardEvent ClipboardItem
CloseEvent Comment CompositionEvent DOMMatrix DOMParser DOMPoint DOMRect DOMRectReadOnly
DOMTokenList DataTransfer DedicatedWorkerGlobalScope Document DocumentFragment DragEvent Element
ErrorEvent FileList FileReader FileSystemHandle FocusEvent FontFace GainNode Gamepad Geolocation
HTMLAnchorElement HTMLAudioElement HTMLBodyElement HTMLButtonElement HTMLCanvasElement
HTMLCollection HTMLDivElement HTMLDocument HTMLElement HTMLFormElement HTMLHeadingElement
HTMLIFrameElement HTMLImageElement HTMLInputElement HTMLLIElement HTMLLabelElement HTMLLinkElement
HTMLMediaElement HTMLMetaElement HTMLOptionElement HTMLParagraphElement HTMLPreElement
HTMLScriptElement HTMLSelectElement HTMLSlotElement HTMLSpanElement HTMLStyleElement
HTMLTableCellElement HTMLTableElement HTMLTableRowElement HTMLTemplateElement HTMLTextAreaElement
HTMLVideoElement HashChangeEvent History IDBCursor IDBDatabase IDBFactory IDBIndex IDBKeyRange
IDBObjectStore IDBOpenDBRequest IDBRequest IDBTransaction IdleDeadline Image ImageBitmap ImageData
InputEvent IntersectionObserver IntersectionObserverEntry KeyboardEvent Location MediaQueryList
MediaRecorder MediaSource MediaStream MouseEvent MutationObserver MutationRecord NamedNodeMap Node
NodeFilter NodeIterator NodeList Notification OfflineAudioContext OffscreenCanvas Option
OscillatorNode PageTransitionEvent Path2D PointerEvent PopStateEvent ProgressEvent
PromiseRejectionEvent RTCPeerConnection RTCSessionDescription Range ResizeObserver
ResizeObserverEntry SVGElement SVGSVGElement Screen Selection ServiceWorker ShadowRoot SharedWorker
SpeechSynthesisUtterance StorageEvent StyleSheet SubmitEvent Text TouchEvent TransitionEvent
TreeWalker UIEvent VideoFrame ViewTransition VisualViewport WebGL2RenderingContext WebGLProgram
WebGLRenderingContext WheelEvent Window Worker XMLDocument XMLHttpRequest XMLSerializer XPathResult
XSLTProcessor addEventListener alert blur caches cancelAnimationFrame cancelIdleCallback clients
close closed confirm createImageBitmap customElements devicePixelRatio dispatchEvent document event
external focus frames getComputedStyle getSelection history importScripts indexedDB innerHeight
innerWidth isSecureContext length location matchMedia moveTo name onerror onload onmessage open
opener origin outerHeight outerWidth pageXOffset pageYOffset parent postMessage print prompt
registration removeEventListener requestAnimationFrame requestIdleCallback resizeTo screen screenX
screenY scroll scrollBy scrollTo scrollX scrollY self serviceWorker skipWaiting speechSynthesis
status stop top trustedTypes visualViewport window
"""

_NODE = """
Buffer Bun Deno __dirname __filename clearImmediate exports gc global module process require
setImmediate
"""

_LIBRARIES = """
$ $$ $RefreshReg$ Alpine Backbone Cypress Ember Handlebars JSX NodeJS Prism React ReactDOM Sentry
Vue _ afterAll afterEach angular assert axios before beforeAll beforeEach browser chai chrome
context cy d3 dataLayer define defineEmits defineExpose defineModel defineOptions defineProps
defineSlots describe element expect fdescribe fit fixture ga google grecaptcha gtag io it jQuery
jasmine jest moment page require requirejs sinon specify spyOn suite test useRuntimeConfig vi
withDefaults xdescribe xit xtest
"""
"""Of test runners, and of scripts that pages load before their own."""

ECMASCRIPT = frozenset(
    name
    for names in (_ECMASCRIPT, _EVERYWHERE, _BROWSER, _NODE, _LIBRARIES)
    for name in names.split()
)


def builtin_names(language: str) -> frozenset[str]:
    """Return the names that any text in ``language`` may use."""
    return _NAMES.get(language, frozenset())


_NAMES = {
    "python": PYTHON,
    "javascript": ECMASCRIPT,
    "typescript": ECMASCRIPT,
    "tsx": ECMASCRIPT,
}
