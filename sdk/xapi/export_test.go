package xapi

// SaysCloudInit is what [TemplateFacts] goes by.
var SaysCloudInit = saysCloudInit
