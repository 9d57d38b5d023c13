package xapi

import (
	"errors"
	"fmt"
	"strings"
)

// An ErrorCode is what the server calls a failure. The constants are errors
// themselves, so that errors.Is(err, xapi.HandleInvalid) works; codes that
// have no constant here are kept as the server sent them.
type ErrorCode string

// Error implements error.
func (c ErrorCode) Error() string { return string(c) }

// The codes that this package acts on or that callers branch on, by the
// server's names.
const (
	HostIsSlave                 ErrorCode = "HOST_IS_SLAVE"
	SessionInvalid              ErrorCode = "SESSION_INVALID"
	SessionAuthenticationFailed ErrorCode = "SESSION_AUTHENTICATION_FAILED"
	SessionAuthorizationFailed  ErrorCode = "SESSION_AUTHORIZATION_FAILED"
	RBACPermissionDenied        ErrorCode = "RBAC_PERMISSION_DENIED"
	HostStillBooting            ErrorCode = "HOST_STILL_BOOTING"
	HostInEmergencyMode         ErrorCode = "HOST_IN_EMERGENCY_MODE"
	HostOffline                 ErrorCode = "HOST_OFFLINE"
	CannotContactHost           ErrorCode = "CANNOT_CONTACT_HOST"
	TooManyPendingTasks         ErrorCode = "TOO_MANY_PENDING_TASKS"
	TooBusy                     ErrorCode = "TOO_BUSY"
	InternalError               ErrorCode = "INTERNAL_ERROR"
	NotImplemented              ErrorCode = "NOT_IMPLEMENTED"
	MessageMethodUnknown        ErrorCode = "MESSAGE_METHOD_UNKNOWN"
	MessageParameterCount       ErrorCode = "MESSAGE_PARAMETER_COUNT_MISMATCH"
	MessageRemoved              ErrorCode = "MESSAGE_REMOVED"
	EventsLost                  ErrorCode = "EVENTS_LOST"
	EventFromTokenParseFailure  ErrorCode = "EVENT_FROM_TOKEN_PARSE_FAILURE"
	HandleInvalid               ErrorCode = "HANDLE_INVALID"
	UUIDInvalid                 ErrorCode = "UUID_INVALID"
	VMBadPowerState             ErrorCode = "VM_BAD_POWER_STATE"
	OtherOperationInProgress    ErrorCode = "OTHER_OPERATION_IN_PROGRESS"
	OperationNotAllowed         ErrorCode = "OPERATION_NOT_ALLOWED"
	OperationBlocked            ErrorCode = "OPERATION_BLOCKED"
	VMIsTemplate                ErrorCode = "VM_IS_TEMPLATE"
	VMIsSnapshot                ErrorCode = "VM_IS_SNAPSHOT"
	ProvisionOnlyOnTemplate     ErrorCode = "PROVISION_ONLY_ALLOWED_ON_TEMPLATE"
	RevertOnlyOnSnapshot        ErrorCode = "REVERT_ONLY_ALLOWED_ON_SNAPSHOT"
	VMLacksFeature              ErrorCode = "VM_LACKS_FEATURE"
	VMRevertFailed              ErrorCode = "VM_REVERT_FAILED"
	NoHostsAvailable            ErrorCode = "NO_HOSTS_AVAILABLE"
	HostNotEnoughFreeMemory     ErrorCode = "HOST_NOT_ENOUGH_FREE_MEMORY"
	HostNotEnoughPCPUs          ErrorCode = "HOST_NOT_ENOUGH_PCPUS"
	HostDisabled                ErrorCode = "HOST_DISABLED"
	HostNotLive                 ErrorCode = "HOST_NOT_LIVE"
	VMRequiresSR                ErrorCode = "VM_REQUIRES_SR"
	VMRequiresNetwork           ErrorCode = "VM_REQUIRES_NETWORK"
	VMNoSuspendSR               ErrorCode = "VM_NO_SUSPEND_SR"
	SRFull                      ErrorCode = "SR_FULL"
	SRBackendFailure44          ErrorCode = "SR_BACKEND_FAILURE_44" // how a full SR really answers
	SRHasNoPBDs                 ErrorCode = "SR_HAS_NO_PBDS"
	VDIInUse                    ErrorCode = "VDI_IN_USE"
	VDINotAvailable             ErrorCode = "VDI_NOT_AVAILABLE"
	VDIIOError                  ErrorCode = "VDI_IO_ERROR"
	ProvisionFailedOutOfSpace   ErrorCode = "PROVISION_FAILED_OUT_OF_SPACE"
	InvalidValue                ErrorCode = "INVALID_VALUE"
	ValueNotSupported           ErrorCode = "VALUE_NOT_SUPPORTED"
	MemoryConstraintOrder       ErrorCode = "MEMORY_CONSTRAINT_VIOLATION_ORDER"
	MemoryConstraintMaxPin      ErrorCode = "MEMORY_CONSTRAINT_VIOLATION_MAXPIN"
	MapDuplicateKey             ErrorCode = "MAP_DUPLICATE_KEY"
	MACInvalid                  ErrorCode = "MAC_INVALID"
	DeviceAlreadyExists         ErrorCode = "DEVICE_ALREADY_EXISTS"
	InvalidDevice               ErrorCode = "INVALID_DEVICE"
	VMShutdownTimeout           ErrorCode = "VM_SHUTDOWN_TIMEOUT"
	VMFailedShutdownAck         ErrorCode = "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT"
	LicenceRestriction          ErrorCode = "LICENCE_RESTRICTION"
	FeatureRestricted           ErrorCode = "FEATURE_RESTRICTED"
	TaskCancelled               ErrorCode = "TASK_CANCELLED"
)

// An Error is a failure that the server reported.
type Error struct {
	Method string
	Code   ErrorCode
	// Params are the code's parameters in the server's order, session
	// references left out.
	Params []string
}

// Error names the method, the code and its parameters.
func (e *Error) Error() string {
	if len(e.Params) == 0 {
		return fmt.Sprintf("xapi: %s: %s", e.Method, e.Code)
	}
	return fmt.Sprintf("xapi: %s: %s [%s]", e.Method, e.Code, strings.Join(e.Params, ", "))
}

// Unwrap returns the code.
func (e *Error) Unwrap() error { return e.Code }

// Param returns the i-th parameter, empty when there is none.
func (e *Error) Param(i int) string {
	if i < 0 || i >= len(e.Params) {
		return ""
	}
	return e.Params[i]
}

// A Remedy says what a caller can do about an error.
type Remedy int

// What can be done about an error.
const (
	// RemedyNone: the same call fails again until something else changes.
	RemedyNone Remedy = iota
	// RemedyLogin: log in again; the client does it by itself.
	RemedyLogin
	// RemedyRedirect: ask the pool's master; the client does it by itself.
	RemedyRedirect
	// RemedyWait: the same call may pass in a moment.
	RemedyWait
)

// Remedy classifies the code. It is data about the server, the same for every
// method; whether a call may be sent again depends on the call besides.
func (c ErrorCode) Remedy() Remedy {
	switch c { //nolint:exhaustive // every other code is RemedyNone
	case SessionInvalid:
		return RemedyLogin
	case HostIsSlave:
		return RemedyRedirect
	case HostStillBooting, HostInEmergencyMode, TooManyPendingTasks, TooBusy, CannotContactHost, OtherOperationInProgress:
		return RemedyWait
	}
	return RemedyNone
}

// RemedyFor returns the remedy for an error that a method of this package
// returned; RemedyNone when it is not the server's.
func RemedyFor(err error) Remedy {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code.Remedy()
	}
	return RemedyNone
}

// ErrProtocol is what errors wrap when something answered that does not speak
// the protocol: a proxy, another server, a truncated answer.
var ErrProtocol = errors.New("not an answer of the management API")

// ErrClosed is returned by calls on a client that was closed.
var ErrClosed = errors.New("xapi: the client is closed")

// ErrTaskLost is what errors wrap when the server forgot the task of an
// operation, as after a change of master: how it ended is not known, and the
// object itself must be asked.
var ErrTaskLost = errors.New("the server forgot the task, so how the operation ended is not known")

// isGone reports whether err says that the object of ref does not exist, rather
// than some other one.
func isGone[T any](err error, ref Ref[T]) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == HandleInvalid && e.Param(1) == string(ref)
}

// ignoreGone makes success of the server's error that ref does not exist.
func ignoreGone[T any](err error, ref Ref[T]) error {
	if isGone(err, ref) {
		return nil
	}
	return err
}

// isCode reports whether err is the server's error of that code.
func isCode(err error, code ErrorCode) bool { return errors.Is(err, code) }
