package xapi

// SaysCloudInit is what [TemplateFacts] goes by.
var SaysCloudInit = saysCloudInit

// Decode is how answers are read.
var Decode = decode
